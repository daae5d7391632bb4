-- Saved rules that say which followers are meant. Who that is, is found out when it is asked.
CREATE TABLE segments (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    changed_by BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account_id, name)
);
