ALTER TABLE accounts ADD COLUMN state TEXT NOT NULL DEFAULT 'open';
ALTER TABLE accounts ADD COLUMN state_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN picture_key TEXT;
ALTER TABLE accounts ADD COLUMN language TEXT NOT NULL DEFAULT '';
CREATE INDEX accounts_by_state ON accounts (state, id) WHERE state <> 'open';

-- What accounts were called before.
CREATE TABLE account_names (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    changed_by BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX account_names_of ON account_names (account_id, id);
