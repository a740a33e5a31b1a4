DROP TABLE post_version;
DROP TABLE bookmark;
