CREATE TABLE drafts (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    media_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    articles TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER
) STRICT;
CREATE INDEX drafts_by_account ON drafts (account_id, kind, updated_at, id);
CREATE INDEX drafts_ending ON drafts (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE publications (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    article_key TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    draft_id INTEGER,
    failure TEXT,
    failed_indices TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    published_at INTEGER,
    removed_at INTEGER
) STRICT;
CREATE INDEX publications_by_account ON publications (account_id, id);
CREATE INDEX publications_pending ON publications (id) WHERE finished_at IS NULL;
CREATE INDEX publications_out ON publications (account_id, published_at, id)
    WHERE published_at IS NOT NULL AND removed_at IS NULL;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    publication_id INTEGER NOT NULL REFERENCES publications (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    idx INTEGER NOT NULL,
    article_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    digest TEXT NOT NULL,
    content TEXT NOT NULL,
    source_url TEXT NOT NULL,
    cover_key TEXT,
    pictures TEXT NOT NULL,
    crops TEXT NOT NULL,
    show_cover INTEGER NOT NULL,
    comments_open INTEGER NOT NULL,
    only_fans INTEGER NOT NULL,
    next_comment INTEGER NOT NULL,
    comment_count INTEGER NOT NULL,
    elected_count INTEGER NOT NULL,
    reads INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    removed_at INTEGER,
    UNIQUE (publication_id, idx)
) STRICT;
CREATE INDEX articles_by_account ON articles (account_id, id);

CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    follower_id INTEGER NOT NULL REFERENCES followers (id),
    content TEXT NOT NULL,
    elected INTEGER NOT NULL,
    reply TEXT,
    replied_at INTEGER,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    UNIQUE (article_id, number)
) STRICT;
CREATE INDEX comments_listed ON comments (article_id, number) WHERE removed_at IS NULL;
CREATE INDEX comments_by_election ON comments (article_id, elected, number)
    WHERE removed_at IS NULL;
CREATE INDEX comments_of_follower ON comments (article_id, follower_id, number)
    WHERE removed_at IS NULL;

CREATE TABLE article_visits (
    account_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    act TEXT NOT NULL,
    way TEXT NOT NULL,
    reader TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (article_id, quarter, act, way, reader)
) STRICT;
CREATE INDEX article_visits_by_account ON article_visits (account_id, quarter);

CREATE TABLE favourites (
    user_id INTEGER NOT NULL REFERENCES users (id),
    article_id INTEGER NOT NULL REFERENCES articles (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, article_id)
) STRICT;
