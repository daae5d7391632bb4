-- The hours of a rule that answers by the time of day, as JSON; `null` of another.
ALTER TABLE auto_replies ADD COLUMN hours TEXT NOT NULL DEFAULT 'null';
DROP INDEX auto_replies_single;
CREATE UNIQUE INDEX auto_replies_single ON auto_replies (account_id, kind)
WHERE kind IN ('welcome', 'default');
