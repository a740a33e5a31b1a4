DROP TABLE hashtag_follow;
