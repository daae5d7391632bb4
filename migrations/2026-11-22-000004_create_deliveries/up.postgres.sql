CREATE TABLE nodes (
    id BIGINT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    started_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);

CREATE TABLE endpoints (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    dialect TEXT NOT NULL,
    url TEXT NOT NULL,
    mode TEXT NOT NULL,
    sealed_token TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    sealed_previous_key TEXT,
    previous_key_until BIGINT,
    may_answer BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX endpoints_by_account ON endpoints (account_id);

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
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    leased_by BIGINT,
    next_at BIGINT NOT NULL,
    verdict TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at, id)
WHERE state = 'pending' AND leased_by IS NULL;
CREATE INDEX deliveries_leased ON deliveries (leased_by, id)
WHERE state = 'pending' AND leased_by IS NOT NULL;
CREATE INDEX deliveries_by_account ON deliveries (account_id, id);
CREATE INDEX deliveries_pending ON deliveries (account_id, id) WHERE state = 'pending';
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
