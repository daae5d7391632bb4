-- Menus for some are tried in this order, the greatest place first; a new one goes before the others.
ALTER TABLE conditional_menus ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conditional_menus ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE conditional_menus SET place = id;

-- Menus that are being designed, and those that come out at a time of their own. The rule of one
-- for everybody is `null`.
CREATE TABLE menu_drafts (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    replaces INTEGER,
    buttons TEXT NOT NULL,
    publish_at INTEGER,
    failure TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX menu_drafts_by_account ON menu_drafts (account_id, id);
CREATE INDEX menu_drafts_due ON menu_drafts (publish_at) WHERE publish_at IS NOT NULL;

-- What was on show before, whoever set it.
CREATE TABLE menu_history (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    buttons TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;
CREATE INDEX menu_history_by_account ON menu_history (account_id, id);
INSERT INTO menu_history (id, account_id, name, rule, buttons, published_at)
SELECT menu_id, account_id, '', 'null', buttons, updated_at FROM menus;
