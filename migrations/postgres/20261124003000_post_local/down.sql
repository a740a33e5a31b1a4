DROP INDEX post_local;
ALTER TABLE post DROP COLUMN is_local;
