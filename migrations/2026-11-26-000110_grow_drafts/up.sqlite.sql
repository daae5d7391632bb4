-- What lists, people who write together and the clock need of a draft.
ALTER TABLE drafts ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE drafts ADD COLUMN titles TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN changed_by INTEGER;
ALTER TABLE drafts ADD COLUMN due_at INTEGER;
ALTER TABLE drafts ADD COLUMN failure TEXT;
UPDATE drafts SET titles = COALESCE(SUBSTR(json_extract(articles, '$[0].title'), 1, 64), '');
UPDATE drafts SET search = LOWER(titles);
CREATE INDEX drafts_listed ON drafts (account_id, updated_at, id, search)
    WHERE kind IN ('draft', 'writing', 'publishing');
CREATE INDEX drafts_due ON drafts (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE draft_versions (
    draft_id INTEGER NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    made_by INTEGER,
    cause TEXT NOT NULL,
    articles TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (draft_id, number)
) STRICT;

CREATE TABLE draft_presences (
    draft_id INTEGER NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (draft_id, member_id)
) STRICT;
