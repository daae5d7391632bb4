ALTER TABLE accounts ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE accounts ADD COLUMN state_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN picture_key TEXT;
ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT '';
CREATE INDEX accounts_by_state ON accounts (state, id) WHERE state <> 'open';

-- What accounts were called before.
CREATE TABLE account_names (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    changed_by INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_names_of ON account_names (account_id, id);
