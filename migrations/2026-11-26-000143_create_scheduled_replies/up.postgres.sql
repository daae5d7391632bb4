CREATE TABLE scheduled_replies (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    follower_id BIGINT NOT NULL REFERENCES followers (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    content TEXT NOT NULL,
    client_id TEXT NOT NULL,
    state TEXT NOT NULL,
    send_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (follower_id, client_id)
);
CREATE INDEX scheduled_replies_due ON scheduled_replies (state, send_at);
CREATE INDEX scheduled_replies_by_follower ON scheduled_replies (follower_id, state, send_at);
