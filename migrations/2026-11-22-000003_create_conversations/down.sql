DROP TABLE menus;
DROP TABLE media;
DROP TABLE messages;
DROP TABLE conversations;
