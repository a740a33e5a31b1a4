DROP TABLE marker;
DROP TABLE filter_post;
DROP TABLE filter_keyword;
DROP TABLE filter;
