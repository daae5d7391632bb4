DROP INDEX followings_by_follower;
DROP INDEX followers_left;
DROP INDEX followers_by_source;
DROP TABLE stale_followers;
DROP TABLE follower_texts;
DROP TABLE follower_words;
