-- How people stand with conversations: kept by what they do and by a worker that follows messages,
-- so that a message costs no index entry here.
CREATE TABLE cases (
    follower_id INTEGER PRIMARY KEY REFERENCES followers (id),
    account_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    assignee_id INTEGER,
    waiting_since INTEGER,
    unread INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_by_state ON cases (account_id, state, last_at, follower_id);
CREATE INDEX cases_by_assignee ON cases (account_id, state, assignee_id, last_at, follower_id);
CREATE INDEX cases_waiting ON cases (account_id, waiting_since, follower_id)
WHERE waiting_since IS NOT NULL;
CREATE INDEX cases_waiting_by_assignee ON cases (account_id, assignee_id, waiting_since, follower_id)
WHERE waiting_since IS NOT NULL;
CREATE INDEX cases_unread ON cases (account_id, last_at, follower_id) WHERE unread;
CREATE INDEX cases_of_member ON cases (assignee_id) WHERE assignee_id IS NOT NULL;

CREATE TABLE desk_settings (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    first_reply_minutes INTEGER NOT NULL,
    bot_rests INTEGER NOT NULL
) STRICT;

ALTER TABLE conversations ADD COLUMN attended_at INTEGER;

-- How far a worker that follows messages has come.
CREATE TABLE marks (
    name TEXT PRIMARY KEY NOT NULL,
    last_id INTEGER NOT NULL
) STRICT;
INSERT INTO marks (name, last_id) VALUES ('desk', 0);
