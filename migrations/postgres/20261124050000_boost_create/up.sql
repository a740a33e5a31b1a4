-- A boost shows somebody's public post to those who follow the booster. A feed has each post once, at the place of its own
-- publishing or of the boost that brought it.
CREATE TABLE boost (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT NOT NULL UNIQUE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  UNIQUE (post_id, actor_id)
);
CREATE INDEX boost_actor ON boost (actor_id, id);

ALTER TABLE feed ADD COLUMN place BIGINT;
ALTER TABLE feed ADD COLUMN boost_id BIGINT REFERENCES boost (id) ON DELETE CASCADE;
UPDATE feed SET place = post_id;
ALTER TABLE feed ALTER COLUMN place SET NOT NULL;
ALTER TABLE feed DROP CONSTRAINT feed_pkey;
ALTER TABLE feed ADD PRIMARY KEY (actor_id, place);
DROP INDEX feed_post;
CREATE UNIQUE INDEX feed_post ON feed (post_id, actor_id);
CREATE INDEX feed_boost ON feed (boost_id) WHERE boost_id IS NOT NULL;
