DROP TABLE mentions;
DROP TABLE notes;
