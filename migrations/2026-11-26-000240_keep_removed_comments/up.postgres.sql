-- What an account removed from under its articles, to be put back.
CREATE INDEX comments_removed ON comments (account_id, id) WHERE removed_at IS NOT NULL;
-- Why a publication failed was a sentence.
UPDATE publications SET failure = CASE failure
    WHEN 'the account is closed' THEN 'account_closed'
    WHEN 'the draft is gone' THEN 'draft_gone'
    ELSE 'pictures_gone' END
WHERE failure IS NOT NULL;
