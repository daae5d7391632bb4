DROP INDEX grants_by_follower;
