CREATE TABLE auto_replies (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    keywords TEXT NOT NULL,
    picks TEXT NOT NULL,
    replies TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX auto_replies_by_account ON auto_replies (account_id, id);
CREATE UNIQUE INDEX auto_replies_single ON auto_replies (account_id, kind) WHERE kind <> 'keyword';
