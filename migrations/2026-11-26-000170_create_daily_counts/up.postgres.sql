-- What happened on each day of an account, counted in the background; `day` counts from the common era in its own zone.
CREATE TABLE daily_counts (
    account_id BIGINT NOT NULL,
    measure TEXT NOT NULL,
    day INTEGER NOT NULL,
    part TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (account_id, measure, day, part)
);
-- Up to which id each log has been counted.
CREATE TABLE daily_marks (
    log TEXT PRIMARY KEY,
    mark BIGINT NOT NULL
);
INSERT INTO daily_marks (log, mark) VALUES ('messages', 0), ('followings', 0), ('deliveries', 0);
CREATE INDEX daily_counts_open ON daily_counts (day) WHERE measure = 'deliveries' AND part = 'open' AND count > 0;
