-- Parts of an account's inbox that some members serve, found by tags.
CREATE TABLE team_queues (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX team_queues_of ON team_queues (account_id, place, id);

CREATE TABLE team_queue_tags (
    queue_id BIGINT NOT NULL REFERENCES team_queues (id),
    tag_id BIGINT NOT NULL REFERENCES tags (id),
    PRIMARY KEY (queue_id, tag_id)
);
CREATE INDEX team_queue_tags_by_tag ON team_queue_tags (tag_id);

CREATE TABLE team_queue_members (
    queue_id BIGINT NOT NULL REFERENCES team_queues (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    PRIMARY KEY (queue_id, member_id)
);
CREATE INDEX team_queue_members_by_member ON team_queue_members (member_id);

-- Accounts whose conversations are filed anew, and how far that has come.
CREATE TABLE refilings (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id),
    last_follower_id BIGINT NOT NULL
);

ALTER TABLE cases ADD COLUMN queue_id BIGINT;
CREATE INDEX cases_by_queue ON cases (account_id, queue_id, state, last_at, follower_id)
WHERE queue_id IS NOT NULL;
CREATE INDEX cases_unread_by_queue ON cases (queue_id, state) WHERE unread AND queue_id IS NOT NULL;
CREATE INDEX cases_of_account ON cases (account_id, follower_id);
