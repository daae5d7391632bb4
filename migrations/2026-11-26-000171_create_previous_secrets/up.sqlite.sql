-- The app secret before the one that counts: it holds on until its end, so that a backend can change over.
CREATE TABLE previous_secrets (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    secret_hash TEXT NOT NULL,
    replaced_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
