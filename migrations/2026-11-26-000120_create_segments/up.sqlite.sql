-- Saved rules that say which followers are meant. Who that is, is found out when it is asked.
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    changed_by INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (account_id, name)
) STRICT;
