-- Whom a member doesn't want to meet: persons and whole servers, blocked or muted. A block by somebody elsewhere against a
-- member stands here too; `uri` is the id of the Block on the wire.
CREATE TABLE block (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  other_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  uri TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (actor_id, other_id, kind)
) WITHOUT ROWID;
CREATE INDEX block_other ON block (other_id, actor_id, kind);
CREATE INDEX block_uri ON block (uri) WHERE uri <> '';

CREATE TABLE block_host (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  host TEXT NOT NULL CHECK (host <> ''),
  kind TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (actor_id, host, kind)
) WITHOUT ROWID;

-- The pairs that don't see each other, in both orders, whichever of the two has blocked the other or the other's server.
CREATE VIEW apart (one_id, other_id) AS
  SELECT b.actor_id, b.other_id FROM block b WHERE b.kind = 'block'
  UNION ALL
  SELECT b.other_id, b.actor_id FROM block b WHERE b.kind = 'block'
  UNION ALL
  SELECT h.actor_id, a.id FROM block_host h INNER JOIN actor a ON a.host = h.host WHERE h.kind = 'block'
  UNION ALL
  SELECT a.id, h.actor_id FROM block_host h INNER JOIN actor a ON a.host = h.host WHERE h.kind = 'block';

-- Whom a member has muted, alone or with a whole server.
CREATE VIEW muted (actor_id, other_id) AS
  SELECT b.actor_id, b.other_id FROM block b WHERE b.kind = 'mute'
  UNION ALL
  SELECT h.actor_id, a.id FROM block_host h INNER JOIN actor a ON a.host = h.host WHERE h.kind = 'mute';

-- What tells a member that something happened: what somebody did (`post_id` is what they wrote or liked), and which of the
-- member's own posts it is about.
CREATE TABLE notice (
  id BIGINT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  by_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT REFERENCES post (id) ON DELETE CASCADE,
  about_id BIGINT,
  created_at BIGINT NOT NULL,
  read_at BIGINT
);
CREATE UNIQUE INDEX notice_once ON notice (actor_id, kind, by_id, COALESCE(post_id, 0));
CREATE INDEX notice_actor ON notice (actor_id, id);
CREATE INDEX notice_unread ON notice (actor_id, id) WHERE read_at IS NULL;
CREATE INDEX notice_post ON notice (post_id);
CREATE INDEX notice_by ON notice (by_id);

-- Requests that wait already are told too.
INSERT INTO notice (id, actor_id, kind, by_id, post_id, about_id, created_at, read_at)
  SELECT f.id, f.followed_id, 'request', f.follower_id, NULL, NULL, f.created_at, NULL
  FROM follow f INNER JOIN actor a ON a.id = f.followed_id WHERE f.state = 'requested' AND a.host = '';
