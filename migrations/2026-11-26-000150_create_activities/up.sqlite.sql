-- What members did, brand by brand, each row chained to the one before it by its hash. `chain` is the brand; 0 is
-- the installation. Nothing is changed afterwards; only the old end may be cut, up to where the head says it was cut.
CREATE TABLE activities (
    id INTEGER PRIMARY KEY,
    chain INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    member_id INTEGER,
    member_name TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    account_id INTEGER,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (chain, seq)
) STRICT;
CREATE INDEX activities_by_time ON activities (chain, created_at);
CREATE INDEX activities_by_member ON activities (chain, member_id, seq);
CREATE INDEX activities_by_account ON activities (chain, account_id, seq);
CREATE INDEX activities_by_action ON activities (chain, action, seq);

CREATE TABLE activity_heads (
    chain INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    cut_seq INTEGER NOT NULL,
    cut_hash TEXT NOT NULL,
    cut_at INTEGER
) STRICT;

CREATE TRIGGER activities_stay BEFORE UPDATE ON activities
BEGIN
    SELECT RAISE(ABORT, 'the activity log is not changed');
END;
CREATE TRIGGER activities_kept BEFORE DELETE ON activities
WHEN NOT EXISTS (SELECT 1 FROM activity_heads h WHERE h.chain = OLD.chain AND OLD.seq <= h.cut_seq)
BEGIN
    SELECT RAISE(ABORT, 'the activity log is not changed');
END;
CREATE TRIGGER activity_heads_go_on BEFORE UPDATE ON activity_heads
WHEN NEW.chain <> OLD.chain OR NEW.seq < OLD.seq OR NEW.cut_seq < OLD.cut_seq
    OR (NEW.cut_seq > OLD.cut_seq AND NOT EXISTS (SELECT 1 FROM activities a
        WHERE a.chain = NEW.chain AND a.seq = NEW.cut_seq AND a.hash = NEW.cut_hash))
BEGIN
    SELECT RAISE(ABORT, 'the activity log only goes on');
END;
CREATE TRIGGER activity_heads_stay BEFORE DELETE ON activity_heads
BEGIN
    SELECT RAISE(ABORT, 'the activity log is not changed');
END;
