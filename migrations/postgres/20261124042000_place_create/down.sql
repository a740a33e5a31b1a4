DROP TABLE post_place;
