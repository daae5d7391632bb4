-- The time zone a member reads times in where no account has one; empty until it is known.
ALTER TABLE members ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';
