-- Who began or ceased to follow, for the figures: it is only added to.
CREATE TABLE followings (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    follower_id BIGINT NOT NULL,
    gained BOOLEAN NOT NULL,
    source TEXT NOT NULL,
    total BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX followings_by_account ON followings (account_id, id);
