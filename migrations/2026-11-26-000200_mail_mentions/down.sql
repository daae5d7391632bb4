ALTER TABLE members DROP COLUMN mention_mails;
DROP INDEX mentions_to_mail;
ALTER TABLE mentions DROP COLUMN mailed_at;
ALTER TABLE mentions DROP COLUMN mail_at;
