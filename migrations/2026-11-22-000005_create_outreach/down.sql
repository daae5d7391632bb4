DROP TABLE broadcast_recipients;
DROP TABLE broadcasts;
DROP TABLE templates;
DROP TABLE scene_codes;
DROP TABLE grants;
DROP TABLE access_tokens;
