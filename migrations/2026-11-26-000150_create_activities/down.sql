DROP TABLE activities;
DROP TABLE activity_heads;
-- PostgreSQL alone:
DROP FUNCTION activities_refuse();
DROP FUNCTION activities_keep();
DROP FUNCTION activity_heads_advance();
