-- When a mention is mailed unless it is seen before, and when it was.
ALTER TABLE mentions ADD COLUMN mail_at BIGINT;
ALTER TABLE mentions ADD COLUMN mailed_at BIGINT;
CREATE INDEX mentions_to_mail ON mentions (mail_at) WHERE mail_at IS NOT NULL;
ALTER TABLE members ADD COLUMN mention_mails BOOLEAN NOT NULL DEFAULT TRUE;
