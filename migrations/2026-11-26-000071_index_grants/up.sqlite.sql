CREATE INDEX grants_by_follower ON grants (follower_id);
