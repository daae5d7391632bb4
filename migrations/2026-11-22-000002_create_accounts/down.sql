DROP TABLE changes;
DROP TABLE followers;
DROP TABLE accounts;
DROP TABLE users;
DROP TABLE host_apps;
