DROP TABLE post_link;
DROP TABLE link_page;
