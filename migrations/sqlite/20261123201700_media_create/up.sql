-- Pictures and other files of posts and actors; those of other servers are kept for a while, as far as there is room.
CREATE TABLE media (
  id BIGINT PRIMARY KEY NOT NULL,
  owner_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT REFERENCES post (id) ON DELETE SET NULL,
  purpose TEXT NOT NULL,
  place BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  media_type TEXT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  blurhash TEXT NOT NULL,
  alt TEXT NOT NULL,
  sensitive BOOLEAN NOT NULL,
  stem TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  remote_url TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT,
  claimed_until BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX media_post ON media (post_id, place);
CREATE INDEX media_owner ON media (owner_id, id);
CREATE INDEX media_due ON media (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX media_loose ON media (created_at) WHERE post_id IS NULL;
CREATE INDEX media_cache ON media (seen_at, bytes) WHERE remote_url <> '' AND bytes > 0;

-- An address that one other server was given for one file.
CREATE TABLE media_grant (
  token TEXT PRIMARY KEY NOT NULL,
  media_id BIGINT NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  host TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (media_id, host)
);

-- Files that are to go: written with the row that no longer needs them, or before a file that no row needs yet.
CREATE TABLE file_removal (
  key TEXT PRIMARY KEY NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL
);
CREATE INDEX file_removal_due ON file_removal (due_at);

-- Posts that nobody but their author sees until their pictures are ready.
CREATE TABLE post_hold (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL
);

-- Activities whose document is made for each receiving server by itself.
ALTER TABLE activity ADD COLUMN per_host BOOLEAN NOT NULL DEFAULT FALSE;
-- The faces of actors, and the pictures across the top of their pages.
ALTER TABLE actor ADD COLUMN avatar_id BIGINT;
ALTER TABLE actor ADD COLUMN cover_id BIGINT;
