-- What lists, people who write together and the clock need of a draft.
ALTER TABLE drafts ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE drafts ADD COLUMN titles TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN changed_by BIGINT;
ALTER TABLE drafts ADD COLUMN due_at BIGINT;
ALTER TABLE drafts ADD COLUMN failure TEXT;
UPDATE drafts SET titles = COALESCE(LEFT(articles::json -> 0 ->> 'title', 64), '');
UPDATE drafts SET search = LOWER(titles);
CREATE INDEX drafts_listed ON drafts (account_id, updated_at, id, search)
    WHERE kind IN ('draft', 'writing', 'publishing');
CREATE INDEX drafts_due ON drafts (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE draft_versions (
    draft_id BIGINT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    made_by BIGINT,
    cause TEXT NOT NULL,
    articles TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (draft_id, number)
);

CREATE TABLE draft_presences (
    draft_id BIGINT NOT NULL REFERENCES drafts (id) ON DELETE CASCADE,
    member_id BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (draft_id, member_id)
);
