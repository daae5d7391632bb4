CREATE TABLE conditional_menus (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    rule TEXT NOT NULL,
    buttons TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX conditional_menus_by_account ON conditional_menus (account_id, id);

ALTER TABLE users ADD COLUMN platform TEXT;
