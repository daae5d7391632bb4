-- What an account's followers are found by: the words of their names and its remarks on them.
CREATE TABLE follower_words (
    account_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    follower_id INTEGER NOT NULL REFERENCES followers (id),
    PRIMARY KEY (account_id, word, follower_id)
) STRICT, WITHOUT ROWID;

-- The text whose words those are: what changed is told by it.
CREATE TABLE follower_texts (
    follower_id INTEGER PRIMARY KEY REFERENCES followers (id),
    text TEXT NOT NULL
) STRICT;

-- Followers whose words are to be made (again), in the background.
CREATE TABLE stale_followers (
    id INTEGER PRIMARY KEY,
    follower_id INTEGER NOT NULL
) STRICT;
INSERT INTO stale_followers (id, follower_id) SELECT id, id FROM followers;

CREATE INDEX followers_by_source ON followers (account_id, source, id) WHERE unfollowed_at IS NULL;
CREATE INDEX followers_left ON followers (account_id, id) WHERE unfollowed_at IS NOT NULL;
CREATE INDEX followings_by_follower ON followings (follower_id, id);
