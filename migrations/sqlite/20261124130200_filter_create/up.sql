-- Words that a member doesn't want to meet, or only behind a warning; and how far the member has read on which list.
CREATE TABLE filter (
  id BIGINT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  contexts TEXT NOT NULL,
  act TEXT NOT NULL,
  expires_at BIGINT
);
CREATE INDEX filter_actor ON filter (actor_id);

CREATE TABLE filter_keyword (
  id BIGINT PRIMARY KEY NOT NULL,
  filter_id BIGINT NOT NULL REFERENCES filter (id) ON DELETE CASCADE,
  keyword TEXT NOT NULL,
  whole_word BOOLEAN NOT NULL
);
CREATE INDEX filter_keyword_filter ON filter_keyword (filter_id);

CREATE TABLE filter_post (
  id BIGINT PRIMARY KEY NOT NULL,
  filter_id BIGINT NOT NULL REFERENCES filter (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  UNIQUE (filter_id, post_id)
);
CREATE INDEX filter_post_post ON filter_post (post_id);

CREATE TABLE marker (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  timeline TEXT NOT NULL,
  last_read_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (actor_id, timeline)
);
