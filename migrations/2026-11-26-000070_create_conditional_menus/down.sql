ALTER TABLE users DROP COLUMN platform;
DROP TABLE conditional_menus;
