DROP TABLE short_keys;
