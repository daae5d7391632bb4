DROP TABLE mails;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE memberships;
DROP TABLE members;
DROP TABLE brands;
