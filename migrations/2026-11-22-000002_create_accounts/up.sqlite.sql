CREATE TABLE host_apps (
    id INTEGER PRIMARY KEY,
    issuer TEXT NOT NULL UNIQUE,
    sealed_key TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    host_app_id INTEGER NOT NULL REFERENCES host_apps (id),
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    picture TEXT,
    locale TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (host_app_id, subject)
) STRICT;

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    brand_id INTEGER NOT NULL REFERENCES brands (id),
    kind TEXT NOT NULL,
    verified INTEGER NOT NULL,
    handle TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    app_id TEXT NOT NULL UNIQUE,
    secret_hash TEXT NOT NULL,
    original_id TEXT NOT NULL UNIQUE,
    sealed_openid_key TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    follower_count INTEGER NOT NULL,
    last_broadcast_seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_by_brand ON accounts (brand_id);

CREATE TABLE followers (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    openid TEXT NOT NULL UNIQUE,
    followed_at INTEGER NOT NULL,
    unfollowed_at INTEGER,
    scene TEXT,
    source TEXT NOT NULL,
    remark TEXT NOT NULL,
    UNIQUE (account_id, user_id)
) STRICT;
CREATE INDEX followers_by_user ON followers (user_id);
CREATE INDEX followers_listed ON followers (account_id, id) WHERE unfollowed_at IS NULL;

-- Accounts that changed, or whose endpoints did, in the order of their commits: a few minutes of it,
-- from which every process learns what to forget.
CREATE TABLE changes (
    number INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
