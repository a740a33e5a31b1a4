-- Hashtags that members follow: what is for everyone with one of them comes into their feeds.
CREATE TABLE hashtag_follow (
  id BIGINT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  name TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
  UNIQUE (name, actor_id)
);
CREATE INDEX hashtag_follow_actor ON hashtag_follow (actor_id, id);
