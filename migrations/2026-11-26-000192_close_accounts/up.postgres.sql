-- Accounts that their owners closed: how they stood before, until when they can be opened again, and how far what is
-- stored about people has gone since.
CREATE TABLE closures (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id),
    closed_at BIGINT NOT NULL,
    closed_by BIGINT,
    closed_name TEXT NOT NULL,
    state_before TEXT NOT NULL,
    reason_before TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    reached BIGINT NOT NULL,
    emptied_at BIGINT
);
CREATE INDEX closures_due ON closures (ends_at) WHERE emptied_at IS NULL;
