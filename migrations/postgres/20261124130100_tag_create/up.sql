-- A member's private labels for people, and private words about them. They never leave the hall.
CREATE TABLE tag (
  id BIGINT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  replies TEXT NOT NULL,
  exclusive BOOLEAN NOT NULL
);
CREATE INDEX tag_actor ON tag (actor_id);

CREATE TABLE tag_member (
  tag_id BIGINT NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  PRIMARY KEY (tag_id, actor_id)
);
CREATE INDEX tag_member_actor ON tag_member (actor_id);

CREATE TABLE remark (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  other_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  body TEXT NOT NULL,
  PRIMARY KEY (actor_id, other_id)
);
CREATE INDEX remark_other ON remark (other_id);
