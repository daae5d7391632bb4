ALTER TABLE followers DROP COLUMN blocked_at;
DROP TABLE taggings;
DROP TABLE tags;
