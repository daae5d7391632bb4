DROP INDEX favourites_by_article;
