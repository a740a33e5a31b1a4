-- Comments are posts with a place in a thread; likes are reactions.
ALTER TABLE post ADD COLUMN parent_id BIGINT;
ALTER TABLE post ADD COLUMN root_id BIGINT;
CREATE INDEX post_root ON post (root_id, id);

CREATE TABLE reaction (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  UNIQUE (post_id, actor_id, kind)
);
CREATE INDEX reaction_actor ON reaction (actor_id, id);
CREATE INDEX reaction_uri ON reaction (uri);
