-- What an owner asks of the platform: to be verified, or to look at a decision again.
CREATE TABLE applications (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    organisation TEXT NOT NULL,
    registration TEXT NOT NULL,
    contact TEXT NOT NULL,
    email TEXT NOT NULL,
    statement TEXT NOT NULL,
    language TEXT NOT NULL,
    made_by INTEGER NOT NULL REFERENCES members (id),
    created_at INTEGER NOT NULL,
    submitted_at INTEGER,
    decided_at INTEGER
) STRICT;
CREATE INDEX applications_of ON applications (account_id, id);
CREATE INDEX applications_waiting ON applications (submitted_at, id) WHERE state = 'submitted';
CREATE UNIQUE INDEX applications_open ON applications (account_id)
WHERE state IN ('draft', 'submitted', 'asked');

CREATE TABLE application_documents (
    id INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL REFERENCES applications (id),
    blob_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX application_documents_of ON application_documents (application_id, id);

-- What became of an account, step by step: the owner and the platform read the same.
CREATE TABLE account_reviews (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    application_id INTEGER,
    step TEXT NOT NULL,
    member_id INTEGER,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_reviews_of ON account_reviews (account_id, id);

CREATE TABLE installation_settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
