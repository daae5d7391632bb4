DROP INDEX followers_by_time;
