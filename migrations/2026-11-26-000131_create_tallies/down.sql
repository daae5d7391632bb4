DROP INDEX scene_codes_by_account;
ALTER TABLE scene_codes DROP COLUMN lost;
ALTER TABLE scene_codes DROP COLUMN gained;
ALTER TABLE scene_codes DROP COLUMN scans;
ALTER TABLE scene_codes DROP COLUMN name;
DROP TABLE tallies;
