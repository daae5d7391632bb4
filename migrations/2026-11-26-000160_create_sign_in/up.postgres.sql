-- What a session sees: one brand alone, where that brand's own provider vouched for the member.
ALTER TABLE sessions ADD COLUMN only_brand BIGINT;

CREATE TABLE authenticators (
    member_id BIGINT PRIMARY KEY REFERENCES members (id) ON DELETE CASCADE,
    sealed_secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

CREATE TABLE recovery_codes (
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (member_id, code_hash)
);

CREATE TABLE passkeys (
    id BIGINT PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_by_member ON passkeys (member_id, id);

CREATE TABLE ceremonies (
    token_hash TEXT PRIMARY KEY,
    member_id BIGINT REFERENCES members (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ceremonies_ending ON ceremonies (expires_at);

CREATE TABLE password_resets (
    token_hash TEXT PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_by_member ON password_resets (member_id);
CREATE INDEX password_resets_ending ON password_resets (expires_at);

CREATE TABLE sign_in_rules (
    brand_id BIGINT PRIMARY KEY REFERENCES brands (id) ON DELETE CASCADE,
    second_step BOOLEAN NOT NULL,
    passwords BOOLEAN NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    sealed_secret TEXT NOT NULL,
    domains TEXT NOT NULL,
    newcomers TEXT,
    updated_at BIGINT NOT NULL
);

CREATE TABLE vouched_members (
    brand_id BIGINT NOT NULL REFERENCES brands (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    member_id BIGINT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, subject)
);
CREATE INDEX vouched_members_by_member ON vouched_members (member_id);
