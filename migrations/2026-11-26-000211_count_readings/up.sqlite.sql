-- How often the articles of a publication were read and passed on, in each quarter of an hour, and
-- how many did so for the first time then: the sum of them is how many did at all.
CREATE TABLE reading_counts (
    publication_id INTEGER NOT NULL REFERENCES publications (id),
    act TEXT NOT NULL,
    quarter INTEGER NOT NULL,
    times INTEGER NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (publication_id, act, quarter)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_visits_by_reader ON article_visits (reader, article_id, act);

INSERT INTO reading_counts (publication_id, act, quarter, times, people)
SELECT a.publication_id, v.act, v.quarter, SUM(v.count), 0
FROM article_visits v JOIN articles a ON a.id = v.article_id
GROUP BY a.publication_id, v.act, v.quarter;
UPDATE reading_counts SET people = first.people
FROM (
    SELECT publication_id, act, quarter, COUNT(*) AS people FROM (
        SELECT a.publication_id, v.act, MIN(v.quarter) AS quarter
        FROM article_visits v JOIN articles a ON a.id = v.article_id
        GROUP BY a.publication_id, v.act, v.reader
    ) AS came GROUP BY publication_id, act, quarter
) AS first
WHERE first.publication_id = reading_counts.publication_id AND first.act = reading_counts.act
    AND first.quarter = reading_counts.quarter;
