CREATE TABLE nodes (
    id BIGINT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    process TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);

CREATE TABLE endpoints (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    dialect TEXT NOT NULL,
    url TEXT NOT NULL,
    mode TEXT NOT NULL,
    sealed_secrets TEXT NOT NULL,
    sealed_previous TEXT,
    previous_until BIGINT,
    sealed_headers TEXT NOT NULL,
    hears TEXT NOT NULL,
    timeout_ms INTEGER,
    persistent BOOLEAN NOT NULL,
    rate INTEGER,
    concurrency INTEGER,
    may_answer BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    off_reason TEXT,
    failing_since BIGINT,
    failed_at BIGINT,
    warned_at BIGINT,
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX endpoints_by_account ON endpoints (account_id);
CREATE UNIQUE INDEX endpoints_answering ON endpoints (account_id) WHERE may_answer;
CREATE INDEX endpoints_failing ON endpoints (failing_since) WHERE failing_since IS NOT NULL;

CREATE TABLE events (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    follower_id BIGINT,
    fact TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE deliveries (
    id BIGINT PRIMARY KEY,
    event_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    follower_id BIGINT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    replay BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    leased_by BIGINT,
    next_at BIGINT NOT NULL,
    verdict TEXT,
    status INTEGER,
    took_ms INTEGER,
    answer TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
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
    id BIGINT PRIMARY KEY,
    delivery_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    took_ms INTEGER NOT NULL,
    request TEXT NOT NULL,
    status INTEGER,
    answer TEXT NOT NULL,
    verdict TEXT NOT NULL
);
CREATE INDEX attempts_by_delivery ON attempts (delivery_id, number);

-- Deliveries to be made again: everything that failed since a time, or a range.
CREATE TABLE recoveries (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    failed_only BOOLEAN NOT NULL,
    reached_id BIGINT NOT NULL,
    resent BIGINT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX recoveries_running ON recoveries (id) WHERE state = 'running';
CREATE INDEX recoveries_by_account ON recoveries (account_id, id);
