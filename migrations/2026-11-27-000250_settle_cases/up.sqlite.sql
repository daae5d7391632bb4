-- How far members had read when they were done with a conversation.
ALTER TABLE cases ADD COLUMN settled_seq INTEGER NOT NULL DEFAULT 0;
