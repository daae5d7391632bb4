-- Broadcasts on their way: written, approved, scheduled and made ready. Body and audience are JSON.
CREATE TABLE plans (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    whom TEXT NOT NULL,
    state TEXT NOT NULL,
    send_at INTEGER,
    created_by INTEGER,
    changed_by INTEGER,
    approved_by INTEGER,
    approved_at INTEGER,
    note TEXT NOT NULL,
    failure TEXT,
    broadcast_id INTEGER,
    list TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX plans_by_state ON plans (account_id, state, id);
CREATE INDEX plans_by_time ON plans (account_id, send_at) WHERE send_at IS NOT NULL;
CREATE INDEX plans_due ON plans (send_at) WHERE state IN ('scheduled', 'preparing');

-- Whom a broadcast to a segment is addressed to: written before it is sent, in small steps, under a
-- number of the list's own.
CREATE TABLE plan_recipients (
    list_id INTEGER NOT NULL,
    follower_id INTEGER NOT NULL,
    PRIMARY KEY (list_id, follower_id)
) STRICT, WITHOUT ROWID;

-- Lists that nothing will be sent to: they are removed in small steps.
CREATE TABLE stale_lists (
    list_id INTEGER PRIMARY KEY
) STRICT;

ALTER TABLE broadcasts ADD COLUMN list_id INTEGER;

-- What a brand asks of whoever sends in its name.
CREATE TABLE brand_rules (
    brand_id INTEGER PRIMARY KEY REFERENCES brands (id),
    approval_required INTEGER NOT NULL
) STRICT;

-- When an account's followers are better left alone: minutes since midnight, in the account's zone.
CREATE TABLE quiet_hours (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
    from_minute INTEGER NOT NULL,
    until_minute INTEGER NOT NULL
) STRICT;

-- As which follower a member tries what they send.
CREATE TABLE testers (
    member_id INTEGER NOT NULL REFERENCES members (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    openid TEXT NOT NULL,
    PRIMARY KEY (member_id, account_id)
) STRICT;

DROP VIEW addressed;
-- Whom each broadcast is addressed to, before the monthly quota of each follower is counted. Ask by
-- follower or by user, or by broadcast; a whole is as large as broadcasts times followers.
CREATE VIEW addressed AS
SELECT b.id AS broadcast_id, b.account_id AS account_id, b.seq AS seq, b.month_seq AS month_seq,
    f.id AS follower_id, f.user_id AS user_id
FROM followers f
JOIN broadcasts b ON b.account_id = f.account_id AND b.sent_at >= f.followed_at
WHERE f.unfollowed_at IS NULL
    AND (
        b.audience = 'all'
        OR (b.audience = 'tag' AND EXISTS (
            SELECT 1 FROM taggings t
            WHERE t.tag_id = b.tag_id AND t.follower_id = f.id AND t.from_seq < b.seq
                AND (t.until_seq IS NULL OR t.until_seq >= b.seq)))
        OR (b.audience = 'list' AND EXISTS (
            SELECT 1 FROM broadcast_recipients r
            WHERE r.broadcast_id = b.id AND r.follower_id = f.id))
        OR (b.audience = 'list' AND b.list_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM plan_recipients p
            WHERE p.list_id = b.list_id AND p.follower_id = f.id))
    )
    AND NOT EXISTS (
        SELECT 1 FROM taggings k JOIN tags g ON g.id = k.tag_id
        WHERE k.follower_id = f.id AND g.number = 1 AND k.from_seq < b.seq
            AND (k.until_seq IS NULL OR k.until_seq >= b.seq));
