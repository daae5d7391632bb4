ALTER TABLE erasures ADD COLUMN reached INTEGER NOT NULL DEFAULT 0;
DROP INDEX deliveries_of_follower;
-- PostgreSQL alone:
ALTER TABLE erasures ALTER COLUMN reached TYPE BIGINT;
