-- The words of messages and notes, under their ids as row ids. Nothing but the index is stored.
CREATE VIRTUAL TABLE search_words USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
