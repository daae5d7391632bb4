CREATE TABLE brand_settings (
    brand_id INTEGER PRIMARY KEY REFERENCES brands (id),
    language TEXT NOT NULL,
    contact TEXT NOT NULL,
    message_days INTEGER,
    activity_days INTEGER
) STRICT;

-- What an account keeps otherwise than its brand does.
CREATE TABLE account_retentions (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    message_days INTEGER NOT NULL
) STRICT;

-- How far messages have been looked at that are kept for so many days.
CREATE TABLE retention_marks (
    days INTEGER PRIMARY KEY NOT NULL,
    reached INTEGER NOT NULL
) STRICT;

-- An account on its way to another brand.
CREATE TABLE account_offers (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    offered_by INTEGER NOT NULL REFERENCES members (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX account_offers_of ON account_offers (account_id);

-- That somebody's data was deleted: when, by whom and how much, and nothing of it.
CREATE TABLE erasures (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    follower_id INTEGER NOT NULL,
    user_id INTEGER,
    reached INTEGER NOT NULL,
    openid_hash TEXT NOT NULL,
    asked_by INTEGER,
    asked_name TEXT NOT NULL,
    state TEXT NOT NULL,
    counts TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX erasures_of ON erasures (account_id, id);
CREATE INDEX erasures_due ON erasures (next_at) WHERE state = 'running';
