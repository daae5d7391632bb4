-- Who keeps an article, when its account is closed for good.
CREATE INDEX favourites_by_article ON favourites (article_id);
