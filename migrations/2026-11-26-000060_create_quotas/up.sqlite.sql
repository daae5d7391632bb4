CREATE TABLE api_usage (
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    day INTEGER NOT NULL,
    path TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (account_id, day, path)
) STRICT;
CREATE INDEX api_usage_ending ON api_usage (day);

CREATE TABLE quota_clearances (
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    month INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (account_id, month)
) STRICT;

CREATE TABLE refusals (
    rid TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    invoked_at INTEGER NOT NULL,
    cost_ms INTEGER NOT NULL,
    url TEXT NOT NULL,
    request_body TEXT NOT NULL,
    response_body TEXT NOT NULL,
    client_ip TEXT NOT NULL
) STRICT;
CREATE INDEX refusals_ending ON refusals (invoked_at);
