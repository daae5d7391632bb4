CREATE TABLE scheduled_replies (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    follower_id INTEGER NOT NULL REFERENCES followers (id),
    member_id INTEGER NOT NULL REFERENCES members (id),
    content TEXT NOT NULL,
    client_id TEXT NOT NULL,
    state TEXT NOT NULL,
    send_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (follower_id, client_id)
) STRICT;
CREATE INDEX scheduled_replies_due ON scheduled_replies (state, send_at);
CREATE INDEX scheduled_replies_by_follower ON scheduled_replies (follower_id, state, send_at);
