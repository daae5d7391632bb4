DROP TABLE scheduled_replies;
