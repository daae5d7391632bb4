CREATE TABLE notes (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    follower_id BIGINT NOT NULL REFERENCES followers (id),
    member_id BIGINT,
    body TEXT NOT NULL,
    failure TEXT,
    after_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX notes_by_follower ON notes (follower_id, after_seq, id);

CREATE TABLE mentions (
    note_id BIGINT NOT NULL REFERENCES notes (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    account_id BIGINT NOT NULL,
    seen_at BIGINT,
    PRIMARY KEY (note_id, member_id)
);
CREATE INDEX mentions_of_member ON mentions (member_id, account_id, note_id);
CREATE INDEX mentions_unseen ON mentions (member_id, account_id) WHERE seen_at IS NULL;
