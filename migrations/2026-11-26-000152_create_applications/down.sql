DROP TABLE installation_settings;
DROP TABLE account_reviews;
DROP TABLE application_documents;
DROP TABLE applications;
