CREATE TABLE api_usage (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    day INTEGER NOT NULL,
    path TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, path)
);
CREATE INDEX api_usage_ending ON api_usage (day);

CREATE TABLE quota_clearances (
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    month INTEGER NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (account_id, month)
);

CREATE TABLE refusals (
    rid TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    invoked_at BIGINT NOT NULL,
    cost_ms INTEGER NOT NULL,
    url TEXT NOT NULL,
    request_body TEXT NOT NULL,
    response_body TEXT NOT NULL,
    client_ip TEXT NOT NULL
);
CREATE INDEX refusals_ending ON refusals (invoked_at);
