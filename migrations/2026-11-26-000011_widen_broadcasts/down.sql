DROP VIEW addressed;
DROP TABLE broadcast_settings;
ALTER TABLE broadcasts DROP COLUMN withdrawn_at;
ALTER TABLE broadcasts DROP COLUMN publication_id;
ALTER TABLE broadcasts DROP COLUMN month_seq;
ALTER TABLE broadcasts DROP COLUMN tag_id;
