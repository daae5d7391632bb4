DROP TABLE vouched_members;
DROP TABLE sign_in_rules;
DROP TABLE password_resets;
DROP TABLE ceremonies;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE authenticators;
ALTER TABLE sessions DROP COLUMN only_brand;
