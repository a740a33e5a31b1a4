-- What a post asks. Of another server's poll the counts are those that its author last told.
CREATE TABLE poll (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  is_many BOOLEAN NOT NULL,
  is_secret BOOLEAN NOT NULL,
  ends_at BIGINT,
  closed_at BIGINT,
  voters BIGINT
);
CREATE TABLE poll_option (
  post_id BIGINT NOT NULL REFERENCES poll (post_id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  title TEXT NOT NULL,
  votes BIGINT NOT NULL,
  PRIMARY KEY (post_id, place)
);
CREATE TABLE poll_vote (
  post_id BIGINT NOT NULL REFERENCES poll (post_id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (post_id, actor_id, place)
);
CREATE INDEX poll_vote_actor ON poll_vote (actor_id);
