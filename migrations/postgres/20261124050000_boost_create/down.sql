DELETE FROM feed WHERE boost_id IS NOT NULL;
DROP INDEX feed_boost;
DROP INDEX feed_post;
ALTER TABLE feed DROP CONSTRAINT feed_pkey;
ALTER TABLE feed DROP COLUMN place;
ALTER TABLE feed DROP COLUMN boost_id;
ALTER TABLE feed ADD PRIMARY KEY (actor_id, post_id);
CREATE INDEX feed_post ON feed (post_id);
DROP TABLE boost;
