-- What a member wants to find again: nobody else's business.
CREATE TABLE bookmark (
  id BIGINT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  UNIQUE (post_id, actor_id)
);
CREATE INDEX bookmark_actor ON bookmark (actor_id, id);

-- What a post said before it was edited.
CREATE TABLE post_version (
  id BIGINT PRIMARY KEY NOT NULL,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  language TEXT NOT NULL,
  warning TEXT NOT NULL,
  body_html TEXT NOT NULL,
  written_at BIGINT NOT NULL
);
CREATE INDEX post_version_post ON post_version (post_id, id);
