-- Who is there: an owner and a platform administrator with their sessions, a team, 3,000 accounts of
-- as many brands, and what tells a million followers apart. The same text on both engines; ids are
-- small where a page does not look for them by their time.
CREATE TEMPORARY TABLE numbers (n BIGINT PRIMARY KEY);
INSERT INTO numbers (n)
WITH RECURSIVE counted (n) AS (
    SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM counted WHERE n < 300000)
SELECT n FROM counted;
CREATE TEMPORARY TABLE here AS
SELECT id AS account_id, brand_id, (SELECT min(id) FROM endpoints) AS endpoint_id
FROM accounts WHERE id = (SELECT min(id) FROM accounts);

INSERT INTO members (id, email, name, password_hash, platform_admin, created_at)
SELECT n, 'member' || n || '@bench.example', 'Member ' || n, 'none', n = 2, 0
FROM numbers WHERE n <= 40;
INSERT INTO memberships (brand_id, member_id, role, created_at)
SELECT brand_id, n, CASE WHEN n = 1 THEN 'owner' ELSE 'agent' END, 0
FROM here, numbers WHERE n <> 2 AND n <= 40;
INSERT INTO sessions (token_hash, member_id, csrf, user_agent, created_at, seen_at, expires_at)
SELECT token, n, 'bench', '', {now}, {now}, {now} + 86400000000
FROM (SELECT 1 AS n, '{owner}' AS token UNION ALL SELECT 2, '{admin}') AS signed_in;
INSERT INTO invitations (id, brand_id, email, role, token_hash, invited_by, created_at, expires_at)
SELECT n, brand_id, 'guest' || n || '@bench.example', 'editor',
    CASE WHEN n = 1 THEN '{owner}' ELSE 'invitation' || n END, 1, {now}, {now} + 86400000000
FROM here, numbers WHERE n <= 20;
INSERT INTO password_resets (token_hash, member_id, expires_at)
VALUES ('{owner}', 1, {now} + 86400000000);

INSERT INTO brands (id, name, created_at)
SELECT brand_id + 1000000 + n, '商号 Brand ' || n, 0 FROM here, numbers WHERE n <= 3000;
INSERT INTO accounts (id, brand_id, kind, verified, handle, name, description, app_id, secret_hash,
    original_id, sealed_openid_key, time_zone, follower_count, last_broadcast_seq, created_at, state)
SELECT a.id + 1000000 + n, a.brand_id + 1000000 + n, a.kind, n % 3 = 0, 'other' || n,
    '茶馆 Teahouse ' || n, '', 'wxother' || n, a.secret_hash, 'gh_other' || n, a.sealed_openid_key,
    a.time_zone, 0, 0, {now}, CASE WHEN n % 10 = 0 THEN 'pending' ELSE 'open' END
FROM accounts a JOIN here ON here.account_id = a.id, numbers WHERE n <= 3000;
INSERT INTO applications (id, account_id, kind, state, organisation, registration, contact, email,
    statement, language, made_by, created_at, submitted_at)
SELECT n, account_id + 1000000 + n, 'verification', 'submitted', '茶馆 ' || n, 'R' || n, 'Owner',
    'owner@bench.example', 'Tea.', 'zh-CN', 1, {now}, {now} - n * 60000000
FROM here, numbers WHERE n <= 500;
INSERT INTO account_reviews (id, account_id, application_id, step, member_id, reason, created_at)
SELECT n, account_id + 1000000 + n, n, 'submitted', 1, '', {now} FROM here, numbers WHERE n <= 500;
INSERT INTO account_offers (id, account_id, email, token_hash, offered_by, created_at, expires_at)
SELECT 1, account_id, 'member2@bench.example', '{owner}', 1, {now}, {now} + 86400000000 FROM here;

-- They came one by one over a year, from everywhere, with names of two scripts.
UPDATE users SET
    locale = CASE id % 10 WHEN 0 THEN 'en' WHEN 1 THEN 'ja' WHEN 2 THEN 'zh_TW' ELSE 'zh_CN' END,
    name = CASE WHEN id % 3 = 0 THEN substr('王李张刘陈杨黄赵吴周', CAST(id % 10 + 1 AS INTEGER), 1)
        || substr('伟芳娜敏静丽强磊军洋', CAST(id / 10 % 10 + 1 AS INTEGER), 1)
        || substr('一二三四五六七八九十', CAST(id / 100 % 10 + 1 AS INTEGER), 1)
        ELSE 'Seeded ' || id END,
    platform = CASE id % 3 WHEN 0 THEN 'ios' WHEN 1 THEN 'android' END
WHERE id <= {count};
UPDATE followers SET followed_at = {now} - ({count} - id) * 31000000 - 60000000,
    source = CASE id % 5 WHEN 0 THEN 'card' WHEN 1 THEN 'scene' WHEN 2 THEN 'article' ELSE 'search' END,
    scene = CASE WHEN id % 5 = 1 THEN 'poster' || id % 20 END,
    unfollowed_at = CASE WHEN id % 997 = 0 THEN {now} - 30000000 END,
    blocked_at = CASE WHEN id % 1009 = 0 AND id % 997 <> 0 THEN {now} END
WHERE id <= {count};

INSERT INTO tags (id, account_id, number, name, follower_count, created_at)
SELECT n + 1, account_id, CASE WHEN n = 1 THEN 1 ELSE n + 99 END, 'Tag ' || n, 0, 0
FROM here, numbers WHERE n <= 30;
DELETE FROM taggings WHERE follower_id % 997 = 0;
INSERT INTO taggings (tag_id, follower_id, from_seq)
SELECT 2, id, 0 FROM followers WHERE blocked_at IS NOT NULL AND id <= {count};
INSERT INTO taggings (tag_id, follower_id, from_seq)
SELECT 3, id, 0 FROM followers WHERE id % 10 < 3 AND id % 997 <> 0 AND id <= {count};
INSERT INTO taggings (tag_id, follower_id, from_seq)
SELECT 4, id, 0 FROM followers WHERE id % 1000 = 7 AND id % 997 <> 0 AND id <= {count};
UPDATE tags SET follower_count = (SELECT COUNT(*) FROM taggings WHERE tag_id = tags.id);
UPDATE accounts SET follower_count =
    (SELECT COUNT(*) FROM followers WHERE unfollowed_at IS NULL AND id <= {count})
WHERE id = (SELECT account_id FROM here);

-- What core::words makes of a name.
INSERT INTO follower_texts (follower_id, text)
SELECT id, name || '
' FROM users WHERE id <= {count};
INSERT INTO follower_words (account_id, word, follower_id)
SELECT account_id, word, id FROM here, (
    SELECT substr('seeded', 1, CAST(n AS INTEGER)) AS word, id FROM users, numbers
        WHERE n <= 6 AND id % 3 <> 0 AND id <= {count}
    UNION ALL SELECT substr(name, 8, CAST(n AS INTEGER)), id FROM users, numbers
        WHERE n <= 7 AND n <= length(name) - 7 AND id % 3 <> 0 AND id <= {count}
    UNION ALL SELECT substr(name, CAST(n AS INTEGER), 1), id FROM users, numbers
        WHERE n <= 3 AND id % 3 = 0 AND id <= {count}
    UNION ALL SELECT substr(name, CAST(n AS INTEGER), 2), id FROM users, numbers
        WHERE n <= 2 AND id % 3 = 0 AND id <= {count}
) AS said ORDER BY account_id, word, id;
