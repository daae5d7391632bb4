-- A brand's accounts are paged by name.
DROP INDEX accounts_by_brand;
CREATE INDEX accounts_by_brand ON accounts (brand_id, name, id);
CREATE INDEX accounts_by_name ON accounts (name, id);
