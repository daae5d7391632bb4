-- Whoever is forgotten is found in the log at once, instead of it being looked through from its old end. When a delivery
-- ended is left out: it would have each written into the index twice.
CREATE INDEX deliveries_of_follower ON deliveries (follower_id);
ALTER TABLE erasures DROP COLUMN reached;
