DROP TABLE poll_vote;
DROP TABLE poll_option;
DROP TABLE poll;
