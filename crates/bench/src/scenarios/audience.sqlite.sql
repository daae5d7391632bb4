-- {count} followers of the account, every second of them with a tag. Ids are small, so that those
-- the server makes are newer.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -500000;
BEGIN;
CREATE TEMPORARY TABLE seeded AS
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
SELECT n, (unixepoch() - 86400) * 1000000 + n AS at FROM numbers;

INSERT INTO users (id, host_app_id, subject, name, locale, created_at)
SELECT n, (SELECT min(id) FROM host_apps), 'seeded' || n, 'Seeded ' || n, 'zh_CN', at FROM seeded;

INSERT INTO followers (id, account_id, user_id, openid, followed_at, source, remark)
SELECT n, (SELECT min(id) FROM accounts), n, printf('o%027d', n), at, 'search', '' FROM seeded;

INSERT INTO conversations (follower_id, account_id, user_id, last_seq, last_inbound_seq,
    last_outbound_seq, follower_read_seq, account_read_seq, window_until, window_left,
    last_event_second, last_at)
SELECT n, (SELECT min(id) FROM accounts), n, 0, 0, 0, 0, 0, 0, 0, 0, at FROM seeded;

INSERT INTO tags (id, account_id, number, name, follower_count, created_at)
SELECT 1, min(id), 100, 'Seeded', {count} / 2, 0 FROM accounts;
INSERT INTO taggings (tag_id, follower_id, from_seq) SELECT 1, n, 0 FROM seeded WHERE n % 2 = 0;
UPDATE accounts SET follower_count = {count} WHERE id = (SELECT min(id) FROM accounts);
COMMIT;
DROP TABLE seeded;
ANALYZE;
PRAGMA journal_mode = WAL;
