CREATE TABLE nodes (
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    process TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

CREATE TABLE endpoints (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    dialect TEXT NOT NULL,
    url TEXT NOT NULL,
    mode TEXT NOT NULL,
    sealed_secrets TEXT NOT NULL,
    sealed_previous TEXT,
    previous_until INTEGER,
    sealed_headers TEXT NOT NULL,
    hears TEXT NOT NULL,
    timeout_ms INTEGER,
    persistent INTEGER NOT NULL,
    rate INTEGER,
    concurrency INTEGER,
    may_answer INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    off_reason TEXT,
    failing_since INTEGER,
    failed_at INTEGER,
    warned_at INTEGER,
    verified_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX endpoints_by_account ON endpoints (account_id);
CREATE UNIQUE INDEX endpoints_answering ON endpoints (account_id) WHERE may_answer;
CREATE INDEX endpoints_failing ON endpoints (failing_since) WHERE failing_since IS NOT NULL;

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
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    replay INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    leased_by INTEGER,
    next_at INTEGER NOT NULL,
    verdict TEXT,
    status INTEGER,
    took_ms INTEGER,
    answer TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
-- What nobody holds, by endpoint: fresh rows are held from the start and are not in here.
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at, id)
WHERE state = 'pending' AND leased_by IS NULL;
-- What nodes hold, and of which conversation: small, since a row leaves it when it ends.
CREATE INDEX deliveries_leased ON deliveries (leased_by, follower_id, id)
WHERE state = 'pending' AND leased_by IS NOT NULL;
-- Unheld ones of a conversation, for the order between nodes.
CREATE INDEX deliveries_unheld ON deliveries (follower_id)
WHERE state = 'pending' AND leased_by IS NULL;
CREATE INDEX deliveries_waiting ON deliveries (next_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_by_account ON deliveries (account_id, id);
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

-- Deliveries to be made again: everything that failed since a time, or a range.
CREATE TABLE recoveries (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    endpoint_id INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    failed_only INTEGER NOT NULL,
    reached_id INTEGER NOT NULL,
    resent INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX recoveries_running ON recoveries (id) WHERE state = 'running';
CREATE INDEX recoveries_by_account ON recoveries (account_id, id);
