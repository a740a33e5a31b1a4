DROP TABLE emoji;
DROP TABLE hashtag;
DROP TABLE mention;
