DROP VIEW addressed;
DROP TABLE testers;
DROP TABLE quiet_hours;
DROP TABLE brand_rules;
ALTER TABLE broadcasts DROP COLUMN list_id;
DROP TABLE stale_lists;
DROP TABLE plan_recipients;
DROP TABLE plans;
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
    )
    AND NOT EXISTS (
        SELECT 1 FROM taggings k JOIN tags g ON g.id = k.tag_id
        WHERE k.follower_id = f.id AND g.number = 1 AND k.from_seq < b.seq
            AND (k.until_seq IS NULL OR k.until_seq >= b.seq));
