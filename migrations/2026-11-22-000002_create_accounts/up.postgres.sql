CREATE TABLE host_apps (
    id BIGINT PRIMARY KEY,
    issuer TEXT NOT NULL UNIQUE,
    sealed_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id BIGINT PRIMARY KEY,
    host_app_id BIGINT NOT NULL REFERENCES host_apps (id),
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    picture TEXT,
    locale TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (host_app_id, subject)
);

CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    brand_id BIGINT NOT NULL REFERENCES brands (id),
    kind TEXT NOT NULL,
    verified BOOLEAN NOT NULL,
    handle TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    app_id TEXT NOT NULL UNIQUE,
    secret_hash TEXT NOT NULL,
    original_id TEXT NOT NULL UNIQUE,
    sealed_openid_key TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    follower_count BIGINT NOT NULL,
    last_broadcast_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX accounts_by_brand ON accounts (brand_id);

CREATE TABLE followers (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    openid TEXT NOT NULL UNIQUE,
    followed_at BIGINT NOT NULL,
    unfollowed_at BIGINT,
    scene TEXT,
    source TEXT NOT NULL,
    remark TEXT NOT NULL,
    UNIQUE (account_id, user_id)
);
CREATE INDEX followers_by_user ON followers (user_id);
CREATE INDEX followers_listed ON followers (account_id, id) WHERE unfollowed_at IS NULL;

-- Accounts that changed, or whose endpoints did, in the order of their commits: a few minutes of it,
-- from which every process learns what to forget.
CREATE TABLE changes (
    number BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
