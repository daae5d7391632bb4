CREATE TABLE brands (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE members (
    id BIGINT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    platform_admin BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    brand_id BIGINT NOT NULL REFERENCES brands (id),
    member_id BIGINT NOT NULL REFERENCES members (id),
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, member_id)
);
CREATE INDEX memberships_by_member ON memberships (member_id);

CREATE TABLE invitations (
    id BIGINT PRIMARY KEY,
    brand_id BIGINT NOT NULL REFERENCES brands (id),
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    invited_by BIGINT NOT NULL REFERENCES members (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    UNIQUE (brand_id, email)
);
CREATE INDEX invitations_ending ON invitations (expires_at);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    member_id BIGINT NOT NULL REFERENCES members (id),
    csrf TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_member ON sessions (member_id);
CREATE INDEX sessions_ending ON sessions (expires_at);

CREATE TABLE mails (
    id BIGINT PRIMARY KEY,
    recipient TEXT NOT NULL,
    content TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    error TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX mails_due ON mails (next_at) WHERE state = 'pending';
