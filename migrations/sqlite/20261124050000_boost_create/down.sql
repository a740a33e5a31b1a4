ALTER TABLE feed RENAME TO feed_after;
DROP INDEX feed_boost;
DROP INDEX feed_post;
CREATE TABLE feed (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  PRIMARY KEY (actor_id, post_id)
) WITHOUT ROWID;
INSERT INTO feed (actor_id, post_id) SELECT actor_id, post_id FROM feed_after WHERE boost_id IS NULL;
DROP TABLE feed_after;
CREATE INDEX feed_post ON feed (post_id);
DROP TABLE boost;
