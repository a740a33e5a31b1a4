DROP TABLE reaction;
DROP INDEX post_root;
ALTER TABLE post DROP COLUMN root_id;
ALTER TABLE post DROP COLUMN parent_id;
