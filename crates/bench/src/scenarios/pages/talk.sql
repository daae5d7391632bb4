-- What was said and done: 10,000 conversations of ten messages, 50,000 deliveries, notes, answers,
-- comings and goings in the last three weeks. Ids are what the times make them.
CREATE TEMPORARY TABLE seeded AS
SELECT n, account_id, n % 10000 + 1 AS follower_id, (n - 1) / 10000 + 1 AS seq,
    {now} - (100001 - n) * 18000000 AS at,
    ({now} - (100001 - n) * 18000000 - 1577836800000000) / 10000 * 32768 AS id
FROM here, numbers WHERE n <= 100000;

INSERT INTO messages (id, account_id, follower_id, seq, sender, origin, content, member_id, created_at)
SELECT id, account_id, follower_id, seq, CASE WHEN answers THEN 'account' ELSE 'follower' END,
    CASE WHEN answers THEN 'console' ELSE 'follower' END,
    '{"type":"text","text":"' || CASE n % 3 WHEN 0 THEN 'Is order ' || n || ' on its way to the teahouse?'
        WHEN 1 THEN '订单' || n || '的茶叶什么时候到？' ELSE 'ご注文の抹茶' || n || 'をお届けします。' END || '"}',
    CASE WHEN answers THEN 1 END, at
FROM (SELECT *, seq % 2 = 0 AND NOT (seq = 10 AND follower_id % 5 = 0) AS answers FROM seeded) AS said;
UPDATE conversations SET last_seq = 10,
    last_inbound_seq = CASE WHEN follower_id % 5 = 0 THEN 10 ELSE 9 END,
    last_outbound_seq = CASE WHEN follower_id % 5 = 0 THEN 8 ELSE 10 END,
    account_read_seq = CASE WHEN follower_id % 3 = 0 THEN 5 ELSE 10 END,
    last_at = {now} - (10002 - follower_id) * 18000000
WHERE follower_id BETWEEN 2 AND 10000;
INSERT INTO team_queues (id, account_id, name, place, created_at)
SELECT n, account_id, 'Shop ' || n, n, {now} FROM here, numbers WHERE n <= 5;
INSERT INTO team_queue_tags (queue_id, tag_id) SELECT n, n + 2 FROM numbers WHERE n <= 5;
INSERT INTO team_queue_members (queue_id, member_id) SELECT n, 1 FROM numbers WHERE n <= 5;
INSERT INTO cases (follower_id, account_id, state, assignee_id, unread, last_at, queue_id)
SELECT follower_id, account_id, CASE WHEN follower_id % 7 = 0 THEN 'done' ELSE 'open' END,
    CASE WHEN follower_id % 4 = 1 THEN 1 END, 1 = 0, last_at,
    CASE WHEN follower_id % 6 > 0 THEN follower_id % 6 END
FROM conversations WHERE follower_id BETWEEN 2 AND 10000 AND follower_id % 2 = 1;

INSERT INTO notes (id, account_id, follower_id, member_id, body, after_seq, created_at)
SELECT id + 5, account_id, follower_id, 3, 'Please look at order ' || n || ', 谢谢', seq, at
FROM seeded WHERE n % 50 = 0;
INSERT INTO mentions (note_id, member_id, account_id, seen_at)
SELECT id, CASE WHEN after_seq % 2 = 0 THEN 1 ELSE 4 END, account_id,
    CASE WHEN after_seq < 8 THEN created_at END FROM notes;
INSERT INTO canned_answers (id, account_id, shortcut, body, updated_at)
SELECT n, account_id, 'answer' || n, '您好，我们' || n || '点开门。', {now}
FROM here, numbers WHERE n <= 300;
INSERT INTO scheduled_replies (id, account_id, follower_id, member_id, content, client_id, state,
    send_at, created_at)
SELECT n, account_id, 10000 - n, 1, '{"type":"text","text":"Good morning"}', 'later' || n, 'pending',
    {now} + 86400000000, {now} FROM here, numbers WHERE n <= 50;
INSERT INTO auto_replies (id, account_id, kind, name, keywords, picks, replies, enabled, created_at,
    updated_at)
SELECT n, account_id, 'keyword', 'Rule ' || n, '[{"match_mode":"contain","text":"tea' || n || '"}]',
    'all', '[{"type":"text","text":"Open until ten."}]', 1 = 1, {now}, {now}
FROM here, numbers WHERE n <= 150;
INSERT INTO agents (id, account_id, number, name, nickname, member_id, online, created_at)
SELECT n, account_id, 1000 + n, 'agent' || n || '@bench0', 'Agent ' || n,
    CASE WHEN n <> 2 THEN n END, 1 = 0, {now} FROM here, numbers WHERE n <= 30;
INSERT INTO agent_sessions (id, account_id, follower_id, agent_id, note, waiting_since, opened_at,
    closed_at)
SELECT id, account_id, follower_id, n % 30 + 1, '', at, at, at FROM seeded WHERE n % 10 = 0;

INSERT INTO events (id, account_id, follower_id, fact, created_at)
SELECT id + 1, account_id, follower_id, '{"fact":"message","id":' || n || ',"seq":' || seq
        || ',"content":{"type":"text","text":"Message ' || n || '"}}', at
FROM seeded WHERE n % 2 = 0;
INSERT INTO deliveries (id, event_id, endpoint_id, account_id, follower_id, kind, state, replay,
    attempts, retries, next_at, verdict, status, took_ms, answer, created_at, finished_at)
SELECT id + 2, id + 1, endpoint_id, seeded.account_id, follower_id, 'message',
    CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'delivered' END, 1 = 0, 1, 0, at,
    CASE WHEN n % 100 = 0 THEN 'timeout' ELSE 'delivered' END,
    CASE WHEN n % 100 = 0 THEN NULL ELSE 200 END, n % 90 + 1, '', at, at
FROM seeded, here WHERE n % 2 = 0;
INSERT INTO attempts (id, delivery_id, number, at, took_ms, request, answer, verdict)
SELECT id + 6, id + 2, 1, at, 5000, 'POST /e0 HTTP/1.1', '', 'timeout' FROM seeded WHERE n % 100 = 0;
INSERT INTO followings (id, account_id, follower_id, gained, source, total, created_at)
SELECT id + 3, account_id, n, n % 5 <> 0, CASE n % 3 WHEN 0 THEN 'card' ELSE 'search' END, n, at
FROM seeded;
INSERT INTO refusals (rid, account_id, invoked_at, cost_ms, url, request_body, response_body, client_ip)
SELECT 'rid' || n, account_id, at, 3, '/cgi-bin/message/custom/send', '{}',
    '{"errcode":45015,"errmsg":"response out of time limit"}', '203.0.113.7'
FROM seeded WHERE n > 95000;
INSERT INTO erasures (id, account_id, follower_id, openid_hash, asked_by, asked_name, state, counts,
    created_at, next_at, finished_at)
SELECT n, account_id, 900000 + n, 'h' || n, 1, 'Member 1', 'done', '{"messages":10}', {now}, {now},
    {now} FROM here, numbers WHERE n <= 200;
