CREATE TABLE access_tokens (
    token_hash TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    sealed_token TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    number INTEGER NOT NULL
);
CREATE INDEX access_tokens_by_account ON access_tokens (account_id, kind, issued_at, number);
CREATE INDEX access_tokens_ending ON access_tokens (expires_at);

CREATE TABLE grants (
    id BIGINT PRIMARY KEY,
    follower_id BIGINT NOT NULL REFERENCES followers (id),
    account_id BIGINT NOT NULL,
    scope TEXT NOT NULL,
    code_hash TEXT UNIQUE,
    code_used BOOLEAN NOT NULL,
    code_expires_at BIGINT NOT NULL,
    access_hash TEXT UNIQUE,
    access_expires_at BIGINT NOT NULL,
    refresh_hash TEXT UNIQUE,
    refresh_expires_at BIGINT NOT NULL
);
CREATE INDEX grants_ending ON grants (refresh_expires_at);

CREATE TABLE scene_codes (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    ticket TEXT NOT NULL UNIQUE,
    scene TEXT NOT NULL,
    numeric BOOLEAN NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX scene_codes_by_scene ON scene_codes (account_id, scene);
CREATE INDEX scene_codes_permanent ON scene_codes (account_id) WHERE expires_at IS NULL;
CREATE INDEX scene_codes_ending ON scene_codes (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE templates (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    template_key TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    example TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX templates_by_account ON templates (account_id, id);

CREATE TABLE broadcasts (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    seq BIGINT NOT NULL,
    audience TEXT NOT NULL,
    content TEXT NOT NULL,
    client_id TEXT,
    reached BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    UNIQUE (account_id, seq),
    UNIQUE (account_id, client_id)
);

CREATE TABLE broadcast_recipients (
    broadcast_id BIGINT NOT NULL REFERENCES broadcasts (id),
    follower_id BIGINT NOT NULL,
    PRIMARY KEY (broadcast_id, follower_id)
);
