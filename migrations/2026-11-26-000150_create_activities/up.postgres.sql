-- What members did, brand by brand, each row chained to the one before it by its hash. `chain` is the brand; 0 is
-- the installation. Nothing is changed afterwards; only the old end may be cut, up to where the head says it was cut.
CREATE TABLE activities (
    id BIGINT PRIMARY KEY,
    chain BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    member_id BIGINT,
    member_name TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    account_id BIGINT,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (chain, seq)
);
CREATE INDEX activities_by_time ON activities (chain, created_at);
CREATE INDEX activities_by_member ON activities (chain, member_id, seq);
CREATE INDEX activities_by_account ON activities (chain, account_id, seq);
CREATE INDEX activities_by_action ON activities (chain, action, seq);

CREATE TABLE activity_heads (
    chain BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    cut_seq BIGINT NOT NULL,
    cut_hash TEXT NOT NULL,
    cut_at BIGINT
);

CREATE FUNCTION activities_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the activity log is not changed';
END $$;
CREATE FUNCTION activities_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM activity_heads h WHERE h.chain = OLD.chain AND OLD.seq <= h.cut_seq) THEN
        RAISE EXCEPTION 'the activity log is not changed';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION activity_heads_advance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.chain <> OLD.chain OR NEW.seq < OLD.seq OR NEW.cut_seq < OLD.cut_seq
        OR (NEW.cut_seq > OLD.cut_seq AND NOT EXISTS (SELECT 1 FROM activities a
            WHERE a.chain = NEW.chain AND a.seq = NEW.cut_seq AND a.hash = NEW.cut_hash)) THEN
        RAISE EXCEPTION 'the activity log only goes on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_stay BEFORE UPDATE ON activities FOR EACH ROW EXECUTE FUNCTION activities_refuse();
CREATE TRIGGER activities_kept BEFORE DELETE ON activities FOR EACH ROW EXECUTE FUNCTION activities_keep();
CREATE TRIGGER activities_whole BEFORE TRUNCATE ON activities EXECUTE FUNCTION activities_refuse();
CREATE TRIGGER activity_heads_go_on BEFORE UPDATE ON activity_heads FOR EACH ROW
    EXECUTE FUNCTION activity_heads_advance();
CREATE TRIGGER activity_heads_stay BEFORE DELETE ON activity_heads FOR EACH ROW EXECUTE FUNCTION activities_refuse();
