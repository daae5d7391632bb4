CREATE TABLE conditional_menus (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    rule TEXT NOT NULL,
    buttons TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX conditional_menus_by_account ON conditional_menus (account_id, id);

ALTER TABLE users ADD COLUMN platform TEXT;
