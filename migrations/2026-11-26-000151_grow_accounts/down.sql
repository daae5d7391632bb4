DROP TABLE account_names;
DROP INDEX accounts_by_state;
ALTER TABLE accounts DROP COLUMN language;
ALTER TABLE accounts DROP COLUMN picture_key;
ALTER TABLE accounts DROP COLUMN state_reason;
ALTER TABLE accounts DROP COLUMN state;
