DROP INDEX broadcasts_of_publication;
