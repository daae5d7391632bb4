CREATE TABLE conversations (
    follower_id BIGINT PRIMARY KEY REFERENCES followers (id),
    account_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_inbound_seq BIGINT NOT NULL,
    last_outbound_seq BIGINT NOT NULL,
    follower_read_seq BIGINT NOT NULL,
    account_read_seq BIGINT NOT NULL,
    window_until BIGINT NOT NULL,
    window_left INTEGER NOT NULL,
    last_event_second BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    deliverer BIGINT
);
CREATE INDEX conversations_by_account ON conversations (account_id, last_at, follower_id);
CREATE INDEX conversations_by_user ON conversations (user_id);

CREATE TABLE messages (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    follower_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    sender TEXT NOT NULL,
    origin TEXT NOT NULL,
    content TEXT NOT NULL,
    client_id TEXT,
    member_id BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (follower_id, seq)
);
CREATE UNIQUE INDEX messages_by_client_id ON messages (follower_id, client_id)
WHERE client_id IS NOT NULL;

CREATE TABLE media (
    id BIGINT PRIMARY KEY,
    media_key TEXT NOT NULL UNIQUE,
    account_id BIGINT,
    user_id BIGINT,
    kind TEXT NOT NULL,
    mime TEXT NOT NULL,
    size BIGINT NOT NULL,
    width INTEGER,
    height INTEGER,
    name TEXT NOT NULL,
    title TEXT,
    introduction TEXT,
    permanent BOOLEAN NOT NULL,
    has_thumbnail BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX media_expiring ON media (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE menus (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id),
    menu_id BIGINT NOT NULL,
    buttons TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
