CREATE TABLE agents (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    nickname TEXT NOT NULL,
    avatar_key TEXT,
    member_id INTEGER REFERENCES members (id),
    invited TEXT,
    invited_at INTEGER,
    invite_until INTEGER,
    online INTEGER NOT NULL,
    seen_at INTEGER,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    UNIQUE (account_id, number)
) STRICT;
CREATE UNIQUE INDEX agents_by_name ON agents (account_id, name) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX agents_by_member ON agents (member_id, account_id)
WHERE member_id IS NOT NULL AND removed_at IS NULL;
CREATE INDEX agents_online ON agents (seen_at) WHERE online;

CREATE TABLE agent_sessions (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    follower_id INTEGER NOT NULL REFERENCES followers (id),
    agent_id INTEGER,
    wanted_id INTEGER,
    event_id INTEGER,
    note TEXT NOT NULL,
    waiting_since INTEGER NOT NULL,
    opened_at INTEGER,
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX agent_sessions_now ON agent_sessions (follower_id) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX agent_sessions_by_event ON agent_sessions (event_id)
WHERE event_id IS NOT NULL;
CREATE INDEX agent_sessions_waiting ON agent_sessions (account_id, id)
WHERE agent_id IS NULL AND closed_at IS NULL;
CREATE INDEX agent_sessions_unattended ON agent_sessions (waiting_since)
WHERE agent_id IS NULL AND closed_at IS NULL;
CREATE INDEX agent_sessions_open ON agent_sessions (agent_id, id)
WHERE agent_id IS NOT NULL AND closed_at IS NULL;

ALTER TABLE conversations ADD COLUMN agent_id INTEGER;
ALTER TABLE conversations ADD COLUMN agent_until INTEGER;
ALTER TABLE conversations ADD COLUMN typing_until INTEGER;
CREATE INDEX conversations_with_agents ON conversations (agent_until)
WHERE agent_id IS NOT NULL;

ALTER TABLE messages ADD COLUMN agent_id INTEGER;
CREATE INDEX messages_of_agents ON messages (account_id, id) WHERE agent_id IS NOT NULL;
