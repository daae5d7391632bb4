-- What the account sends and writes: broadcasts, plans, segments, drafts with versions, articles
-- with 300,000 readers and 20,000 comments, codes with scans, and a menu.
CREATE TEMPORARY TABLE writings AS
SELECT n, account_id, {now} - (64 - n) * 28800000000 AS at,
    ({now} - (64 - n) * 28800000000 - 1577836800000000) / 10000 * 32768 AS id
FROM here, numbers WHERE n <= 62;
INSERT INTO publications (id, account_id, article_key, origin, state, failed_indices, created_at,
    finished_at, published_at)
SELECT id, account_id, 'publication' || n, 'broadcast', 'published', '[]', at, at, at
FROM writings WHERE n % 2 = 0;
INSERT INTO articles (id, publication_id, account_id, idx, article_key, kind, title, author, digest,
    content, source_url, pictures, crops, show_cover, comments_open, only_fans, next_comment,
    comment_count, elected_count, reads, published_at)
SELECT id + idx, id, account_id, idx, 'article' || n || 'of' || idx, 'news', '春茶上市 ' || n, 'Editor',
    'The first leaves', '<p>The first leaves of the year.</p>', 'https://bench.example/tea', '[]',
    '[]', 1 = 0, 1 = 1, 1 = 0, 1, 2000, 1000, 5000, at
FROM writings, (SELECT 1 AS idx UNION ALL SELECT 2) AS places WHERE n % 2 = 0;
INSERT INTO broadcasts (id, account_id, seq, audience, content, reached, sent_at, tag_id, month_seq,
    publication_id)
SELECT id + 4, account_id, n, CASE WHEN n % 15 = 0 THEN 'all' ELSE 'tag' END,
    CASE WHEN n % 2 = 0 THEN '{"type":"articles","article_id":"publication' || n || '","articles":'
        || '[{"key":"article' || n || 'of1","title":"春茶上市","digest":"","cover":null}]}'
        ELSE '{"type":"text","text":"News ' || n || '"}' END,
    300000, at, CASE WHEN n % 15 = 0 THEN NULL ELSE 3 + n % 2 END, 1,
    CASE WHEN n % 2 = 0 THEN id END
FROM writings;
UPDATE accounts SET last_broadcast_seq = 62 WHERE id = (SELECT account_id FROM here);
INSERT INTO article_visits (account_id, article_id, quarter, act, way, reader, count)
SELECT account_id, id + 1, at / 900000000 * 900000000 + (r.n % 90) * 900000000,
    CASE WHEN r.n % 10 = 0 THEN 'source' ELSE 'read' END, CASE WHEN r.n % 10 = 0 THEN '' ELSE 'chat' END,
    'u' || r.n, 1
FROM writings, numbers r WHERE writings.n % 2 = 0 AND (writings.n = 60 OR r.n <= 3000);
INSERT INTO reading_counts (publication_id, act, quarter, times, people)
SELECT a.publication_id, v.act, v.quarter, CAST(SUM(v.count) AS BIGINT), 0
FROM article_visits v JOIN articles a ON a.id = v.article_id
GROUP BY a.publication_id, v.act, v.quarter;
UPDATE reading_counts SET people = first.people
FROM (
    SELECT publication_id, act, quarter, COUNT(*) AS people FROM (
        SELECT a.publication_id, v.act, MIN(v.quarter) AS quarter
        FROM article_visits v JOIN articles a ON a.id = v.article_id
        GROUP BY a.publication_id, v.act, v.reader
    ) AS came GROUP BY publication_id, act, quarter
) AS first
WHERE first.publication_id = reading_counts.publication_id AND first.act = reading_counts.act
    AND first.quarter = reading_counts.quarter;
INSERT INTO comments (id, account_id, article_id, number, follower_id, content, elected, created_at,
    removed_at)
SELECT id + 10 + c.n, account_id, id + 1, c.n, c.n + 1, '好茶 ' || c.n, c.n % 2 = 0, at + c.n * 1000000,
    CASE WHEN c.n % 10 = 0 THEN at + c.n * 2000000 END
FROM writings, numbers c
WHERE writings.n % 2 = 0 AND (c.n <= 2000 OR (writings.n = 60 AND c.n <= 20000));

INSERT INTO segments (id, account_id, name, rule, changed_by, created_at, updated_at)
SELECT n, account_id, 'Segment ' || n, CASE n % 8
    WHEN 1 THEN '{"join":"all","conditions":[{"of":"source","source":"card","is":true}]}'
    WHEN 2 THEN '{"join":"all","conditions":[{"of":"tag","number":101,"has":true}]}'
    WHEN 3 THEN '{"join":"all","conditions":[{"of":"language","language":"ja","is":true}]}'
    WHEN 4 THEN '{"join":"all","conditions":[{"of":"wrote_within","days":7}]}'
    WHEN 5 THEN '{"join":"any","conditions":[{"of":"silent_for","days":30},{"of":"platform","platform":"ios"}]}'
    WHEN 6 THEN '{"join":"all","conditions":[{"of":"tag","number":101,"has":true},{"of":"language","language":"zh","is":true},{"of":"source","source":"search","is":true}]}'
    WHEN 7 THEN '{"join":"all","conditions":[{"of":"scene","scene":"poster7"}]}'
    ELSE '{"join":"all","conditions":[{"of":"followed_within","days":1}]}' END, 1, {now}, {now}
FROM here, numbers WHERE n <= 60;
INSERT INTO plans (id, account_id, name, body, whom, state, send_at, created_by, note, created_at,
    updated_at)
SELECT n, account_id, 'Plan ' || n, '{"is":"message","content":{"type":"text","text":"See https://bench.example/tea"}}',
    CASE n % 3 WHEN 1 THEN '{"to":"all"}' WHEN 2 THEN '{"to":"tag","number":101}'
    ELSE '{"to":"segment","id":3,"name":"Segment 3","rule":{"join":"all","conditions":[{"of":"language","language":"ja","is":true}]}}' END,
    CASE n % 4 WHEN 0 THEN 'cancelled' WHEN 3 THEN 'scheduled' WHEN 2 THEN 'awaiting' ELSE 'draft' END,
    {now} + n * 86400000000, 1, '', {now}, {now}
FROM here, numbers WHERE n <= 60;
INSERT INTO drafts (id, account_id, media_key, kind, articles, created_at, updated_at, titles, search,
    changed_by)
SELECT n, account_id, 'draft' || n, 'draft',
    '[{"kind":"news","title":"夏茶 ' || n || '","author":"","digest":"","content":"<p>Leaves</p>","source_url":"","cover":null,"pictures":[],"crops":[],"show_cover":false,"comments_open":true,"only_fans":false}]',
    {now}, {now} - n * 60000000, '夏茶 ' || n, '夏茶 ' || n, 1
FROM here, numbers WHERE n <= 2000;
INSERT INTO draft_versions (draft_id, number, made_by, cause, articles, begun_at, made_at)
SELECT 1, n, 1, 'saved',
    '[{"kind":"news","title":"夏茶 ' || n || '","author":"","digest":"","content":"<p>Leaves ' || n || '</p>","source_url":"","cover":null,"pictures":[],"crops":[],"show_cover":false,"comments_open":true,"only_fans":false}]',
    {now}, {now} FROM numbers WHERE n <= 100;

INSERT INTO scene_codes (id, account_id, ticket, scene, numeric, created_at, name, scans, gained, lost)
SELECT n, account_id, 'ticket' || n, 'poster' || n, 1 = 0, {now}, '海报 ' || n, 90000, 9000, 900
FROM here, numbers WHERE n <= 2000;
INSERT INTO tallies (account_id, noun, item, at, count)
SELECT account_id, noun, 'ticket' || code.n, {now} / 900000000 * 900000000 - q.n * 900000000, 3
FROM here, numbers q, numbers code,
    (SELECT 'scanned' AS noun UNION ALL SELECT 'gained' UNION ALL SELECT 'lost') AS nouns
WHERE q.n <= 9000 AND code.n <= 10;
INSERT INTO menus (account_id, menu_id, buttons, updated_at)
SELECT account_id, 1, '[{"name":"Tea","action":{"does":"click","key":"tea"}},{"name":"Shop","action":{"does":"view","url":"https://bench.example/"}}]',
    {now} FROM here;
INSERT INTO conditional_menus (id, account_id, rule, buttons, created_at, place, name)
SELECT n, account_id, '{"tag":101}', '[{"name":"Tea","action":{"does":"click","key":"tea"}}]', {now}, n,
    'Variant ' || n FROM here, numbers WHERE n <= 20;
INSERT INTO menu_drafts (id, account_id, name, rule, buttons, created_at, updated_at)
SELECT n, account_id, 'Draft ' || n, 'null', '[{"name":"Tea","action":{"does":"click","key":"tea"}}]',
    {now}, {now} FROM here, numbers WHERE n <= 10;
INSERT INTO menu_history (id, account_id, name, rule, buttons, published_at)
SELECT n, account_id, '', 'null', '[{"name":"Tea","action":{"does":"click","key":"tea"}}]', {now}
FROM here, numbers WHERE n <= 200;
INSERT INTO templates (id, account_id, template_key, title, content, example, created_at, short, kind)
SELECT n, account_id, 'template' || n, 'Order', 'Order: {{thing1.DATA}}', 'Order: tea', {now}, '',
    'message' FROM here, numbers WHERE n <= 20;
INSERT INTO testers (member_id, account_id, openid)
SELECT 1, account_id, openid FROM followers WHERE id = 5;

DROP TABLE writings;
DROP TABLE seeded;
DROP TABLE here;
DROP TABLE numbers;
