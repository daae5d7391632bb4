-- What a session sees: one brand alone, where that brand's own provider vouched for the member.
ALTER TABLE sessions ADD COLUMN only_brand INTEGER;

CREATE TABLE authenticators (
    member_id INTEGER PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    sealed_secret TEXT NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER
) STRICT;

CREATE TABLE recovery_codes (
    member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (member_id, code_hash)
) STRICT;

CREATE TABLE passkeys (
    id INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
CREATE INDEX passkeys_by_member ON passkeys (member_id, id);

CREATE TABLE ceremonies (
    token_hash TEXT PRIMARY KEY,
    member_id INTEGER REFERENCES members (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ceremonies_ending ON ceremonies (expires_at);

CREATE TABLE password_resets (
    token_hash TEXT PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX password_resets_by_member ON password_resets (member_id);
CREATE INDEX password_resets_ending ON password_resets (expires_at);

CREATE TABLE sign_in_rules (
    brand_id INTEGER PRIMARY KEY REFERENCES brands (id) ON DELETE CASCADE,
    second_step INTEGER NOT NULL,
    passwords INTEGER NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    domains TEXT NOT NULL,
    newcomers TEXT,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE vouched_members (
    brand_id INTEGER NOT NULL REFERENCES brands (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (brand_id, subject)
) STRICT;
CREATE INDEX vouched_members_by_member ON vouched_members (member_id);
