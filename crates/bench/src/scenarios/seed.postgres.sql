-- {count} finished deliveries, each with its message and event, in turn of the accounts.
-- Ids are small, so that those the server makes are newer.
CREATE TEMPORARY TABLE seeded AS
SELECT n, endpoint_id, account_id, n % 10000 + 1 AS follower_id, n / 10000 + 1 AS seq,
    (extract(epoch FROM now())::bigint - 3600) * 1000000 + n AS at
FROM generate_series(1, {count}::bigint) AS n
JOIN (
    SELECT id AS endpoint_id, account_id, row_number() OVER (ORDER BY id) - 1 AS place,
        count(*) OVER () AS places
    FROM endpoints
) AS told ON place = n % places;

INSERT INTO messages (id, account_id, follower_id, seq, sender, origin, content, created_at)
SELECT n, account_id, follower_id, seq, 'follower', 'follower',
    json_build_object('type', 'text', 'text', repeat('x', 240))::text, at
FROM seeded;

INSERT INTO events (id, account_id, follower_id, fact, created_at)
SELECT n, account_id, follower_id, json_build_object('fact', 'message', 'id', n, 'seq', seq,
    'content', json_build_object('type', 'text', 'text', repeat('x', 240)))::text, at
FROM seeded;

INSERT INTO deliveries (id, event_id, endpoint_id, account_id, follower_id, kind, state, replay,
    attempts, retries, next_at, verdict, status, took_ms, answer, created_at, finished_at)
SELECT n, n, endpoint_id, account_id, follower_id, 'message', 'delivered', false, 1, 0, at, 'delivered',
    200, 1, '', at, at
FROM seeded;

DROP TABLE seeded;
