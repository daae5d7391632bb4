-- How often something happened, by quarters of an hour: whole days of every time zone are made of
-- them. Counted in the transaction of what happened.
CREATE TABLE tallies (
    account_id BIGINT NOT NULL,
    noun TEXT NOT NULL,
    item TEXT NOT NULL,
    at BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (account_id, noun, item, at)
);

ALTER TABLE scene_codes ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE scene_codes ADD COLUMN scans BIGINT NOT NULL DEFAULT 0;
ALTER TABLE scene_codes ADD COLUMN gained BIGINT NOT NULL DEFAULT 0;
ALTER TABLE scene_codes ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
CREATE INDEX scene_codes_by_account ON scene_codes (account_id, id);
