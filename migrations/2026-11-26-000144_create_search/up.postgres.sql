-- The words of messages and notes, under their ids. Words are ASCII (see core::search), so no parser
-- of PostgreSQL's has a say in what a word is.
CREATE TABLE search_words (
    id BIGINT PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words_by_word ON search_words USING GIN (words);
