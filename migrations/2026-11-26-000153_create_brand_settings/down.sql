DROP TABLE erasures;
DROP TABLE account_offers;
DROP TABLE retention_marks;
DROP TABLE account_retentions;
DROP TABLE brand_settings;
