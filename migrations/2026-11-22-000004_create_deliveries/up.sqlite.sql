CREATE TABLE nodes (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE endpoints (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    dialect TEXT NOT NULL,
    url TEXT NOT NULL,
    mode TEXT NOT NULL,
    sealed_token TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    sealed_previous_key TEXT,
    previous_key_until INTEGER,
    may_answer INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    verified_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX endpoints_by_account ON endpoints (account_id);

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    follower_id INTEGER,
    fact TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    event_id INTEGER NOT NULL,
    endpoint_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    follower_id INTEGER,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    leased_by INTEGER,
    next_at INTEGER NOT NULL,
    verdict TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at, id)
WHERE state = 'pending' AND leased_by IS NULL;
CREATE INDEX deliveries_leased ON deliveries (leased_by, id)
WHERE state = 'pending' AND leased_by IS NOT NULL;
CREATE INDEX deliveries_by_account ON deliveries (account_id, id);
CREATE INDEX deliveries_pending ON deliveries (account_id, id) WHERE state = 'pending';
CREATE INDEX deliveries_failed ON deliveries (account_id, id) WHERE state = 'failed';

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    request TEXT NOT NULL,
    status INTEGER,
    answer TEXT NOT NULL,
    verdict TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_delivery ON attempts (delivery_id, number);
