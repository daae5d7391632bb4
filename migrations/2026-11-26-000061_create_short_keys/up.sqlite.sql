CREATE TABLE short_keys (
    short_key TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;
CREATE INDEX short_keys_by_content ON short_keys (account_id, content_hash);
CREATE INDEX short_keys_ending ON short_keys (expires_at) WHERE expires_at IS NOT NULL;
