DROP INDEX auto_replies_single;
DELETE FROM auto_replies WHERE kind = 'hours';
ALTER TABLE auto_replies DROP COLUMN hours;
CREATE UNIQUE INDEX auto_replies_single ON auto_replies (account_id, kind) WHERE kind <> 'keyword';
