CREATE INDEX refusals_by_account ON refusals (account_id, invoked_at, rid);
