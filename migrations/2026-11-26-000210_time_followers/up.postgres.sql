CREATE INDEX followers_by_time ON followers (account_id, followed_at)
WHERE unfollowed_at IS NULL AND blocked_at IS NULL;
