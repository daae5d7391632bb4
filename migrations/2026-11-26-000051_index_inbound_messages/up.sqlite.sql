-- What followers wrote to an account, by time: the figures read only the days they are asked for.
CREATE INDEX messages_inbound ON messages (account_id, id) WHERE sender = 'follower';
