DROP TABLE permits;
DROP TABLE industries;
ALTER TABLE templates DROP COLUMN banned;
ALTER TABLE templates DROP COLUMN purpose;
ALTER TABLE templates DROP COLUMN kind;
ALTER TABLE templates DROP COLUMN short;
