DROP INDEX messages_of_agents;
ALTER TABLE messages DROP COLUMN agent_id;
DROP INDEX conversations_with_agents;
ALTER TABLE conversations DROP COLUMN typing_until;
ALTER TABLE conversations DROP COLUMN agent_until;
ALTER TABLE conversations DROP COLUMN agent_id;
DROP TABLE agent_sessions;
DROP TABLE agents;
