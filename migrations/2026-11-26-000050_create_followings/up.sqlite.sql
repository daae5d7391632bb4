-- Who began or ceased to follow, for the figures: it is only added to.
CREATE TABLE followings (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    follower_id INTEGER NOT NULL,
    gained INTEGER NOT NULL,
    source TEXT NOT NULL,
    total INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX followings_by_account ON followings (account_id, id);
