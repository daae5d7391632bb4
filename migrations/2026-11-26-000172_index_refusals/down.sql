DROP INDEX refusals_by_account;
