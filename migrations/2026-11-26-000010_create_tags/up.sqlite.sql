CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    follower_count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    UNIQUE (account_id, number)
) STRICT;
CREATE UNIQUE INDEX tags_by_name ON tags (account_id, name) WHERE removed_at IS NULL;

-- Who has, or had, which tag: from the account's broadcast `from_seq` (which did not reach them by
-- this tag yet) to `until_seq` (the last one that did). A broadcast's audience is found by these
-- numbers, not by clocks, and stays what it was when it was sent.
CREATE TABLE taggings (
    tag_id INTEGER NOT NULL REFERENCES tags (id),
    follower_id INTEGER NOT NULL REFERENCES followers (id),
    from_seq INTEGER NOT NULL,
    until_seq INTEGER,
    PRIMARY KEY (tag_id, follower_id, from_seq)
) STRICT;
CREATE UNIQUE INDEX taggings_now ON taggings (tag_id, follower_id) WHERE until_seq IS NULL;
CREATE INDEX taggings_by_follower ON taggings (follower_id, tag_id);

ALTER TABLE followers ADD COLUMN blocked_at INTEGER;
