-- A mute that ends by itself, and one that spares the notices.
ALTER TABLE block ADD COLUMN expires_at BIGINT;
ALTER TABLE block ADD COLUMN spares_notices BOOLEAN NOT NULL DEFAULT FALSE;

-- Whose doings a member isn't told of.
CREATE VIEW hushed (actor_id, other_id) AS
  SELECT b.actor_id, b.other_id FROM block b WHERE b.kind = 'mute' AND NOT b.spares_notices
  UNION ALL
  SELECT h.actor_id, a.id FROM block_host h INNER JOIN actor a ON a.host = h.host WHERE h.kind = 'mute';

-- Does the follower want to see what the followed boosts?
ALTER TABLE follow ADD COLUMN with_boosts BOOLEAN NOT NULL DEFAULT TRUE;
