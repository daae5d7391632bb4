DROP INDEX article_visits_by_reader;
DROP TABLE reading_counts;
