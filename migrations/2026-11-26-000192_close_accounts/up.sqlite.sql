-- Accounts that their owners closed: how they stood before, until when they can be opened again, and how far what is
-- stored about people has gone since.
CREATE TABLE closures (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    closed_at INTEGER NOT NULL,
    closed_by INTEGER,
    closed_name TEXT NOT NULL,
    state_before TEXT NOT NULL,
    reason_before TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    emptied_at INTEGER
) STRICT;
CREATE INDEX closures_due ON closures (ends_at) WHERE emptied_at IS NULL;
