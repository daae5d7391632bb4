ALTER TABLE templates ADD COLUMN short TEXT NOT NULL DEFAULT '';
ALTER TABLE templates ADD COLUMN kind TEXT NOT NULL DEFAULT 'message';
ALTER TABLE templates ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE templates ADD COLUMN banned BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE templates SET short = 'CR00001' WHERE title = '订单状态更新';
UPDATE templates SET short = 'CR00002' WHERE title = '付款成功通知';
UPDATE templates SET short = 'CR00003' WHERE title = '物流到达提醒';
UPDATE templates SET short = 'CR00004' WHERE title = '预约成功通知';
UPDATE templates SET short = 'CR00005' WHERE title = '活动开始提醒';
UPDATE templates SET short = 'CR00006' WHERE title = '审批结果通知';
UPDATE templates SET short = 'CR00007' WHERE title = '设备告警通知';
UPDATE templates SET short = 'CR00008' WHERE title = '服务变更公告';

CREATE TABLE industries (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id),
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    set_at BIGINT NOT NULL
);

CREATE TABLE permits (
    follower_id BIGINT NOT NULL REFERENCES followers (id),
    template_key TEXT NOT NULL,
    scene INTEGER NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    standing TEXT NOT NULL,
    remaining INTEGER NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (follower_id, template_key, scene)
);
