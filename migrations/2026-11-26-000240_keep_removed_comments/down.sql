UPDATE publications SET failure = CASE failure
    WHEN 'account_closed' THEN 'the account is closed'
    WHEN 'draft_gone' THEN 'the draft is gone'
    ELSE 'pictures of these articles are gone' END
WHERE failure IS NOT NULL;
DROP INDEX comments_removed;
