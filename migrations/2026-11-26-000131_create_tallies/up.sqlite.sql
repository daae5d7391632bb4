-- How often something happened, by quarters of an hour: whole days of every time zone are made of
-- them. Counted in the transaction of what happened.
CREATE TABLE tallies (
    account_id INTEGER NOT NULL,
    noun TEXT NOT NULL,
    item TEXT NOT NULL,
    at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (account_id, noun, item, at)
) STRICT, WITHOUT ROWID;

ALTER TABLE scene_codes ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE scene_codes ADD COLUMN scans INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scene_codes ADD COLUMN gained INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scene_codes ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
CREATE INDEX scene_codes_by_account ON scene_codes (account_id, id);
