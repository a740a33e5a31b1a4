-- What an announcement of a group is, beside its post. `asks_until` is when its members are no longer asked on their first page to
-- confirm it; 0 if they needn't.
CREATE TABLE announcement (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  group_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  office TEXT NOT NULL,
  priority TEXT NOT NULL,
  asks BOOLEAN NOT NULL,
  confirm_by BIGINT,
  expires_at BIGINT,
  asks_until BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  reminded_at BIGINT NOT NULL
);
CREATE INDEX announcement_group ON announcement (group_id, post_id);
CREATE INDEX announcement_asks ON announcement (asks_until) WHERE asks_until > 0;

-- Who said that they took note. Who merely opened it stands nowhere.
CREATE TABLE confirmation (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  way TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (post_id, actor_id)
) WITHOUT ROWID;
CREATE INDEX confirmation_actor ON confirmation (actor_id);
