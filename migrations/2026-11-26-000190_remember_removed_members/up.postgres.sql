-- Who was taken out of a brand: no provider brings them back, an owner's invitation does.
CREATE TABLE removed_members (
    brand_id BIGINT NOT NULL REFERENCES brands (id) ON DELETE CASCADE,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    removed_at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, member_id)
);
CREATE INDEX removed_members_by_member ON removed_members (member_id);
