DROP TABLE marks;
ALTER TABLE conversations DROP COLUMN attended_at;
DROP TABLE desk_settings;
DROP TABLE cases;
