-- The title of what has one (an article, an announcement, a post in a group), and the group that it was said in.
ALTER TABLE post ADD COLUMN title TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN group_id BIGINT REFERENCES actor (id) ON DELETE SET NULL;
CREATE INDEX post_group ON post (group_id, id) WHERE group_id IS NOT NULL;
