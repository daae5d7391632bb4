CREATE TABLE conversations (
    follower_id INTEGER PRIMARY KEY REFERENCES followers (id),
    account_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    last_inbound_seq INTEGER NOT NULL,
    last_outbound_seq INTEGER NOT NULL,
    follower_read_seq INTEGER NOT NULL,
    account_read_seq INTEGER NOT NULL,
    window_until INTEGER NOT NULL,
    window_left INTEGER NOT NULL,
    last_event_second INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    deliverer INTEGER
) STRICT;
CREATE INDEX conversations_by_account ON conversations (account_id, last_at, follower_id);
CREATE INDEX conversations_by_user ON conversations (user_id);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    follower_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sender TEXT NOT NULL,
    origin TEXT NOT NULL,
    content TEXT NOT NULL,
    client_id TEXT,
    member_id INTEGER,
    created_at INTEGER NOT NULL,
    UNIQUE (follower_id, seq)
) STRICT;
CREATE UNIQUE INDEX messages_by_client_id ON messages (follower_id, client_id)
WHERE client_id IS NOT NULL;

CREATE TABLE media (
    id INTEGER PRIMARY KEY,
    media_key TEXT NOT NULL UNIQUE,
    account_id INTEGER,
    user_id INTEGER,
    kind TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    name TEXT NOT NULL,
    title TEXT,
    introduction TEXT,
    permanent INTEGER NOT NULL,
    has_thumbnail INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;
CREATE INDEX media_expiring ON media (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE menus (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    menu_id INTEGER NOT NULL,
    buttons TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
