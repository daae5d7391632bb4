DROP TABLE favourites;
DROP TABLE article_visits;
DROP TABLE comments;
DROP TABLE articles;
DROP TABLE publications;
DROP TABLE drafts;
