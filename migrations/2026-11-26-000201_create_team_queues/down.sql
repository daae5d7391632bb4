DROP INDEX cases_of_account;
DROP INDEX cases_unread_by_queue;
DROP INDEX cases_by_queue;
ALTER TABLE cases DROP COLUMN queue_id;
DROP TABLE refilings;
DROP TABLE team_queue_members;
DROP TABLE team_queue_tags;
DROP TABLE team_queues;
