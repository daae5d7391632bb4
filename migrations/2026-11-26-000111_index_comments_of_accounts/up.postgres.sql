CREATE INDEX comments_of_account ON comments (account_id, elected, id) WHERE removed_at IS NULL;
