-- What a group of this hall is, beside its actor.
CREATE TABLE group_detail (
  actor_id BIGINT PRIMARY KEY NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  axis TEXT COLLATE "C" NOT NULL,
  topic TEXT COLLATE "C" NOT NULL,
  entrance TEXT COLLATE "C" NOT NULL,
  is_private BOOLEAN NOT NULL,
  posting TEXT COLLATE "C" NOT NULL,
  rules TEXT COLLATE "C" NOT NULL,
  questions TEXT COLLATE "C" NOT NULL,
  called_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX group_detail_axis ON group_detail (axis, actor_id);

-- Who belongs to a group of this hall, wants to, or must not. `follow_uri` is the id of the Follow of somebody elsewhere.
CREATE TABLE membership (
  id BIGINT PRIMARY KEY NOT NULL,
  group_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  role TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  follow_uri TEXT COLLATE "C" NOT NULL,
  answers TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  joined_at BIGINT,
  UNIQUE (group_id, actor_id)
);
CREATE INDEX membership_state ON membership (group_id, state, id);
CREATE INDEX membership_actor ON membership (actor_id, state);
CREATE INDEX membership_follow ON membership (follow_uri) WHERE follow_uri <> '';

-- Whose notices of a group (of this hall or another) a member doesn't want.
CREATE TABLE group_mute (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  group_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  PRIMARY KEY (actor_id, group_id)
);

-- The way into a group by a link: for many, until it expires.
CREATE TABLE group_invitation (
  id BIGINT PRIMARY KEY NOT NULL,
  group_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  created_by BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  uses_left BIGINT NOT NULL
);
CREATE INDEX group_invitation_group ON group_invitation (group_id, expires_at);

-- What officers did to a post of a group: pinned, closed to comments, taken down.
CREATE TABLE group_mark (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  group_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  pinned_at BIGINT,
  locked_at BIGINT,
  removed_at BIGINT,
  removed_by BIGINT REFERENCES actor (id) ON DELETE SET NULL,
  reason TEXT COLLATE "C" NOT NULL,
  tokens TEXT COLLATE "C" NOT NULL
);
CREATE INDEX group_mark_pinned ON group_mark (group_id, pinned_at) WHERE pinned_at IS NOT NULL;
CREATE INDEX group_mark_removed ON group_mark (group_id, removed_at) WHERE removed_at IS NOT NULL;

-- What the officers of a group did, for each other to see.
CREATE TABLE group_act (
  id BIGINT PRIMARY KEY NOT NULL,
  group_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  by_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  kind TEXT COLLATE "C" NOT NULL,
  subject_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
  post_id BIGINT REFERENCES post (id) ON DELETE SET NULL,
  reason TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX group_act_group ON group_act (group_id, id);

-- Notices that are about a group.
ALTER TABLE notice ADD COLUMN group_id BIGINT REFERENCES actor (id) ON DELETE CASCADE;
CREATE INDEX notice_group ON notice (group_id);
DROP INDEX notice_once;
CREATE UNIQUE INDEX notice_once
  ON notice (actor_id, kind, by_id, COALESCE(post_id, 0), COALESCE(report_id, 0), COALESCE(group_id, 0));
