DROP TABLE auto_replies;
