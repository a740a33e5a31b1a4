DROP INDEX post_group;
ALTER TABLE post DROP COLUMN group_id;
ALTER TABLE post DROP COLUMN title;
