-- Whoever is forgotten is found in the log at once, instead of it being looked through from its old end. What has not
-- ended has no time.
CREATE INDEX deliveries_of_follower ON deliveries (follower_id, finished_at);
ALTER TABLE erasures DROP COLUMN reached;
