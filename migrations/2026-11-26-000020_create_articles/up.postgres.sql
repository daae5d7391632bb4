CREATE TABLE drafts (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    media_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    articles TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX drafts_by_account ON drafts (account_id, kind, updated_at, id);
CREATE INDEX drafts_ending ON drafts (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE publications (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    article_key TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    draft_id BIGINT,
    failure TEXT,
    failed_indices TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    published_at BIGINT,
    removed_at BIGINT
);
CREATE INDEX publications_by_account ON publications (account_id, id);
CREATE INDEX publications_pending ON publications (id) WHERE finished_at IS NULL;
CREATE INDEX publications_out ON publications (account_id, published_at, id)
    WHERE published_at IS NOT NULL AND removed_at IS NULL;

CREATE TABLE articles (
    id BIGINT PRIMARY KEY,
    publication_id BIGINT NOT NULL REFERENCES publications (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
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
    show_cover BOOLEAN NOT NULL,
    comments_open BOOLEAN NOT NULL,
    only_fans BOOLEAN NOT NULL,
    next_comment INTEGER NOT NULL,
    comment_count INTEGER NOT NULL,
    elected_count INTEGER NOT NULL,
    reads BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    removed_at BIGINT,
    UNIQUE (publication_id, idx)
);
CREATE INDEX articles_by_account ON articles (account_id, id);

CREATE TABLE comments (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    article_id BIGINT NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    follower_id BIGINT NOT NULL REFERENCES followers (id),
    content TEXT NOT NULL,
    elected BOOLEAN NOT NULL,
    reply TEXT,
    replied_at BIGINT,
    created_at BIGINT NOT NULL,
    removed_at BIGINT,
    UNIQUE (article_id, number)
);
CREATE INDEX comments_listed ON comments (article_id, number) WHERE removed_at IS NULL;
CREATE INDEX comments_by_election ON comments (article_id, elected, number)
    WHERE removed_at IS NULL;
CREATE INDEX comments_of_follower ON comments (article_id, follower_id, number)
    WHERE removed_at IS NULL;

CREATE TABLE article_visits (
    account_id BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    quarter BIGINT NOT NULL,
    act TEXT NOT NULL,
    way TEXT NOT NULL,
    reader TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (article_id, quarter, act, way, reader)
);
CREATE INDEX article_visits_by_account ON article_visits (account_id, quarter);

CREATE TABLE favourites (
    user_id BIGINT NOT NULL REFERENCES users (id),
    article_id BIGINT NOT NULL REFERENCES articles (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, article_id)
);
