ALTER TABLE cases DROP COLUMN settled_seq;
