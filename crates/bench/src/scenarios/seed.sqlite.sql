-- {count} finished deliveries, each with its message and event, in turn of the accounts.
-- Ids are small, so that those the server makes are newer.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -500000;
BEGIN;
CREATE TEMPORARY TABLE told AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id AS endpoint_id, account_id FROM endpoints;
CREATE UNIQUE INDEX temp.told_by_place ON told (place);

CREATE TEMPORARY TABLE seeded AS
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
SELECT n, endpoint_id, account_id, n % 10000 + 1 AS follower_id, n / 10000 + 1 AS seq,
    (unixepoch() - 3600) * 1000000 + n AS at
FROM numbers CROSS JOIN told ON place = n % (SELECT count(*) FROM told);

INSERT INTO messages (id, account_id, follower_id, seq, sender, origin, content, created_at)
SELECT n, account_id, follower_id, seq, 'follower', 'follower',
    json_object('type', 'text', 'text', printf('%.240c', 'x')), at
FROM seeded;

INSERT INTO events (id, account_id, follower_id, fact, created_at)
SELECT n, account_id, follower_id, json_object('fact', 'message', 'id', n, 'seq', seq,
    'content', json_object('type', 'text', 'text', printf('%.240c', 'x'))), at
FROM seeded;

INSERT INTO deliveries (id, event_id, endpoint_id, account_id, follower_id, kind, state, replay,
    attempts, retries, next_at, verdict, status, took_ms, answer, created_at, finished_at)
SELECT n, n, endpoint_id, account_id, follower_id, 'message', 'delivered', 0, 1, 0, at, 'delivered',
    200, 1, '', at, at
FROM seeded;
COMMIT;
DROP TABLE seeded;
ANALYZE;
PRAGMA journal_mode = WAL;
