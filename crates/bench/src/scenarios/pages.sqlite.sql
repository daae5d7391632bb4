-- An owner's session, 10,000 conversations of ten messages, 50,000 deliveries and 60 broadcasts in
-- the last three weeks, beside the many followers. Ids are what the times make them.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
BEGIN;
INSERT INTO members (id, email, name, password_hash, platform_admin, created_at)
VALUES (1, 'owner@bench.example', 'Owner', 'none', 0, 0);
INSERT INTO memberships (brand_id, member_id, role, created_at)
SELECT brand_id, 1, 'owner', 0 FROM accounts WHERE id = (SELECT min(id) FROM accounts);
INSERT INTO sessions (token_hash, member_id, csrf, user_agent, created_at, seen_at, expires_at)
VALUES ('{session}', 1, 'bench', '', unixepoch() * 1000000, unixepoch() * 1000000,
    (unixepoch() + 86400) * 1000000);

CREATE TEMPORARY TABLE seeded AS
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
SELECT n, (SELECT min(id) FROM accounts) AS account_id, n % 10000 + 1 AS follower_id,
    (n - 1) / 10000 + 1 AS seq, (unixepoch() - (100001 - n) * 18) * 1000000 AS at FROM numbers;

INSERT INTO messages (id, account_id, follower_id, seq, sender, origin, content, created_at)
SELECT (at - 1577836800000000) / 10000 * 32768, account_id, follower_id, seq,
    CASE WHEN seq % 2 = 1 THEN 'follower' ELSE 'account' END,
    CASE WHEN seq % 2 = 1 THEN 'follower' ELSE 'console' END,
    json_object('type', 'text', 'text', 'Message ' || n), at
FROM seeded;
UPDATE conversations SET last_seq = 10, last_inbound_seq = 9, last_outbound_seq = 10,
    account_read_seq = CASE WHEN follower_id % 3 = 0 THEN 5 ELSE 10 END,
    last_at = (unixepoch() - (10002 - follower_id) * 18) * 1000000
WHERE follower_id BETWEEN 2 AND 10000;

INSERT INTO events (id, account_id, follower_id, fact, created_at)
SELECT (at - 1577836800000000) / 10000 * 32768 + 1, account_id, follower_id,
    json_object('fact', 'message', 'id', n, 'seq', seq,
        'content', json_object('type', 'text', 'text', 'Message ' || n)), at
FROM seeded WHERE n % 2 = 0;
INSERT INTO deliveries (id, event_id, endpoint_id, account_id, follower_id, kind, state, replay,
    attempts, retries, next_at, verdict, status, took_ms, answer, created_at, finished_at)
SELECT (at - 1577836800000000) / 10000 * 32768 + 2, (at - 1577836800000000) / 10000 * 32768 + 1,
    (SELECT min(id) FROM endpoints), account_id, follower_id, 'message',
    CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'delivered' END, 0, 1, 0, at,
    CASE WHEN n % 100 = 0 THEN 'timeout' ELSE 'delivered' END,
    CASE WHEN n % 100 = 0 THEN NULL ELSE 200 END, n % 90 + 1, '', at, at
FROM seeded WHERE n % 2 = 0;
INSERT INTO followings (id, account_id, follower_id, gained, source, total, created_at)
SELECT (at - 1577836800000000) / 10000 * 32768 + 3, account_id, follower_id, n % 5 <> 0, 'search',
    n, at
FROM seeded;
INSERT INTO broadcasts (id, account_id, seq, audience, content, reached, sent_at, month_seq)
SELECT (at - 1577836800000000) / 10000 * 32768 + 4, account_id, n / 1600, 'all',
    json_object('type', 'text', 'text', 'News ' || n), 1000000, at, 1
FROM seeded WHERE n % 1600 = 0;
UPDATE accounts SET last_broadcast_seq = 62 WHERE id = (SELECT min(id) FROM accounts);
COMMIT;
DROP TABLE seeded;
ANALYZE;
PRAGMA journal_mode = WAL;
