-- To how many a publication was sent: few broadcasts have one.
CREATE INDEX broadcasts_of_publication ON broadcasts (publication_id)
WHERE publication_id IS NOT NULL;
