DROP TABLE menu_history;
DROP TABLE menu_drafts;
ALTER TABLE conditional_menus DROP COLUMN name;
ALTER TABLE conditional_menus DROP COLUMN place;
