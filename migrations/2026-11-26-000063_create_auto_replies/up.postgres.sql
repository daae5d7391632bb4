CREATE TABLE auto_replies (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    keywords TEXT NOT NULL,
    picks TEXT NOT NULL,
    replies TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX auto_replies_by_account ON auto_replies (account_id, id);
CREATE UNIQUE INDEX auto_replies_single ON auto_replies (account_id, kind) WHERE kind <> 'keyword';
