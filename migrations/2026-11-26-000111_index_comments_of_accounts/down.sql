DROP INDEX comments_of_account;
