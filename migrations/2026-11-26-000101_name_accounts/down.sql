DROP INDEX accounts_by_name;
DROP INDEX accounts_by_brand;
CREATE INDEX accounts_by_brand ON accounts (brand_id);
