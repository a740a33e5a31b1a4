-- What a post quotes (FEP-044f). Whether it may is known when it is stored.
CREATE TABLE quote (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  uri TEXT NOT NULL,
  quoted_id BIGINT REFERENCES post (id) ON DELETE SET NULL,
  is_approved BOOLEAN NOT NULL
);
CREATE INDEX quote_quoted ON quote (quoted_id);
-- A leave to quote a member's post, given to another server's post.
CREATE TABLE quote_leave (
  id BIGINT PRIMARY KEY NOT NULL,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  quoting TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (post_id, quoting)
);
CREATE INDEX quote_leave_actor ON quote_leave (actor_id);
-- The emoji that a reaction was made with, as safe HTML; empty for a plain like.
ALTER TABLE reaction ADD COLUMN emoji TEXT NOT NULL DEFAULT '';
