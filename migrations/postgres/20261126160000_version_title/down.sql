ALTER TABLE post_version DROP COLUMN title;
