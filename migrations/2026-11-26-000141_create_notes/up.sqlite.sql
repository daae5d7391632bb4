CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    follower_id INTEGER NOT NULL REFERENCES followers (id),
    member_id INTEGER,
    body TEXT NOT NULL,
    failure TEXT,
    after_seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX notes_by_follower ON notes (follower_id, after_seq, id);

CREATE TABLE mentions (
    note_id INTEGER NOT NULL REFERENCES notes (id),
    member_id INTEGER NOT NULL REFERENCES members (id),
    account_id INTEGER NOT NULL,
    seen_at INTEGER,
    PRIMARY KEY (note_id, member_id)
) STRICT;
CREATE INDEX mentions_of_member ON mentions (member_id, account_id, note_id);
CREATE INDEX mentions_unseen ON mentions (member_id, account_id) WHERE seen_at IS NULL;
