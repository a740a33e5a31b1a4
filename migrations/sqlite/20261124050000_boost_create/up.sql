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

ALTER TABLE feed RENAME TO feed_before;
DROP INDEX feed_post;
CREATE TABLE feed (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  boost_id BIGINT REFERENCES boost (id) ON DELETE CASCADE,
  PRIMARY KEY (actor_id, place)
) WITHOUT ROWID;
INSERT INTO feed (actor_id, place, post_id) SELECT actor_id, post_id, post_id FROM feed_before;
DROP TABLE feed_before;
CREATE UNIQUE INDEX feed_post ON feed (post_id, actor_id);
CREATE INDEX feed_boost ON feed (boost_id) WHERE boost_id IS NOT NULL;
