-- {count} followers of the account, every second of them with a tag. Ids are small, so that those
-- the server makes are newer.
CREATE TEMPORARY TABLE seeded AS
SELECT n, (extract(epoch FROM now())::bigint - 86400) * 1000000 + n AS at
FROM generate_series(1::bigint, {count}) AS numbers (n);

INSERT INTO users (id, host_app_id, subject, name, locale, created_at)
SELECT n, (SELECT min(id) FROM host_apps), 'seeded' || n, 'Seeded ' || n, 'zh_CN', at FROM seeded;

INSERT INTO followers (id, account_id, user_id, openid, followed_at, source, remark)
SELECT n, (SELECT min(id) FROM accounts), n, 'o' || lpad(n::text, 27, '0'), at, 'search', ''
FROM seeded;

INSERT INTO conversations (follower_id, account_id, user_id, last_seq, last_inbound_seq,
    last_outbound_seq, follower_read_seq, account_read_seq, window_until, window_left,
    last_event_second, last_at)
SELECT n, (SELECT min(id) FROM accounts), n, 0, 0, 0, 0, 0, 0, 0, 0, at FROM seeded;

INSERT INTO tags (id, account_id, number, name, follower_count, created_at)
SELECT 1, min(id), 100, 'Seeded', {count} / 2, 0 FROM accounts;
INSERT INTO taggings (tag_id, follower_id, from_seq) SELECT 1, n, 0 FROM seeded WHERE n % 2 = 0;
UPDATE accounts SET follower_count = {count} WHERE id = (SELECT min(id) FROM accounts);
DROP TABLE seeded;
