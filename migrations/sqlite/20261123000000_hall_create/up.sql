-- The foundation: the hall, its actors and logins, friends, posts and their audiences, events, and what goes over the wire.
-- Times are microseconds since 1970 (UTC); ids are time-ordered numbers made by the program.

CREATE TABLE hall (
  id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
  origin TEXT NOT NULL,
  name TEXT NOT NULL,
  motto TEXT NOT NULL,
  about TEXT NOT NULL,
  rules TEXT NOT NULL,
  language TEXT NOT NULL,
  languages TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  setup_token TEXT,
  created_at BIGINT NOT NULL
);

CREATE TABLE actor (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  host TEXT NOT NULL,
  address TEXT NOT NULL,
  display_name TEXT NOT NULL,
  names TEXT NOT NULL,
  hometown TEXT NOT NULL,
  about TEXT NOT NULL,
  about_html TEXT NOT NULL,
  url TEXT NOT NULL,
  inbox TEXT NOT NULL,
  shared_inbox TEXT NOT NULL,
  followers TEXT NOT NULL,
  outbox TEXT NOT NULL,
  locked BOOLEAN NOT NULL,
  friends BOOLEAN NOT NULL,
  discoverable BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  fetched_at BIGINT NOT NULL,
  suspended_at BIGINT,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX actor_local_name ON actor (name) WHERE host = '';
CREATE INDEX actor_address ON actor (address);
CREATE INDEX actor_host ON actor (host);

CREATE TABLE actor_key (
  uri TEXT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  algorithm TEXT NOT NULL,
  public_key BLOB NOT NULL,
  private_key BLOB,
  fetched_at BIGINT NOT NULL
);
CREATE INDEX actor_key_actor ON actor_key (actor_id);

CREATE TABLE login (
  id BIGINT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL UNIQUE REFERENCES actor (id) ON DELETE CASCADE,
  email TEXT,
  email_folded TEXT UNIQUE,
  password_hash TEXT NOT NULL,
  role TEXT NOT NULL,
  state TEXT NOT NULL,
  language TEXT,
  time_zone TEXT,
  theme TEXT,
  type_size TEXT,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY NOT NULL,
  login_id BIGINT NOT NULL REFERENCES login (id) ON DELETE CASCADE,
  form_token TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_login ON session (login_id);

CREATE TABLE invitation (
  id BIGINT PRIMARY KEY NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_by BIGINT NOT NULL REFERENCES login (id) ON DELETE CASCADE,
  note TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_by BIGINT REFERENCES login (id) ON DELETE SET NULL,
  used_at BIGINT
);

CREATE TABLE follow (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT NOT NULL UNIQUE,
  follower_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  followed_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  greeting TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  accepted_at BIGINT,
  UNIQUE (follower_id, followed_id)
);
CREATE INDEX follow_followed ON follow (followed_id, state);

CREATE TABLE post (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  author_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  audience TEXT NOT NULL,
  language TEXT NOT NULL,
  warning TEXT NOT NULL,
  source TEXT NOT NULL,
  body_html TEXT NOT NULL,
  form_key TEXT UNIQUE,
  published_at BIGINT NOT NULL,
  edited_at BIGINT,
  deleted_at BIGINT
);
CREATE INDEX post_author ON post (author_id, id);

-- Who may see a post: it carries tokens, a viewer holds tokens, they must meet.
CREATE TABLE post_audience (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  token TEXT NOT NULL,
  PRIMARY KEY (post_id, token)
) WITHOUT ROWID;

CREATE TABLE viewer_token (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  token TEXT NOT NULL,
  PRIMARY KEY (actor_id, token)
) WITHOUT ROWID;
CREATE INDEX viewer_token_token ON viewer_token (token, actor_id);

CREATE TABLE feed (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  PRIMARY KEY (actor_id, post_id)
) WITHOUT ROWID;
CREATE INDEX feed_post ON feed (post_id);

-- Which inboxes hold a copy of a local post, so that its deletion reaches all of them.
CREATE TABLE post_copy (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  inbox TEXT NOT NULL,
  PRIMARY KEY (post_id, inbox)
) WITHOUT ROWID;

-- What was deleted before or without our knowing it; a late Create of it is refused.
CREATE TABLE tombstone (
  uri TEXT PRIMARY KEY NOT NULL,
  created_at BIGINT NOT NULL
);

-- What must follow a change, written in the same transaction as the change.
CREATE TABLE event (
  id BIGINT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  actor_id BIGINT NOT NULL,
  subject TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE event_work (
  consumer TEXT NOT NULL,
  event_id BIGINT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
  lane TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  PRIMARY KEY (consumer, event_id)
) WITHOUT ROWID;
CREATE INDEX event_work_lane ON event_work (lane, event_id);

CREATE TABLE activity (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT REFERENCES post (id) ON DELETE CASCADE,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX activity_actor ON activity (actor_id, id);
CREATE INDEX activity_post ON activity (post_id);

CREATE TABLE delivery (
  id BIGINT PRIMARY KEY NOT NULL,
  activity_id BIGINT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
  inbox TEXT NOT NULL,
  host TEXT NOT NULL,
  lane TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  UNIQUE (activity_id, inbox)
);
CREATE INDEX delivery_host ON delivery (host, due_at);
CREATE INDEX delivery_lane ON delivery (lane, inbox, id);

CREATE TABLE arrival (
  id BIGINT PRIMARY KEY NOT NULL,
  dedupe TEXT NOT NULL UNIQUE,
  uri TEXT NOT NULL,
  kind TEXT NOT NULL,
  actor_uri TEXT NOT NULL,
  host TEXT NOT NULL,
  body TEXT NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL
);
CREATE INDEX arrival_waiting ON arrival (lane, id) WHERE state = 'waiting';
CREATE INDEX arrival_state ON arrival (state, due_at);
CREATE INDEX arrival_received ON arrival (received_at);

CREATE TABLE signature_seen (
  fingerprint BLOB PRIMARY KEY NOT NULL,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX signature_seen_expires ON signature_seen (expires_at);

CREATE TABLE peer (
  host TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL,
  signature TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_success_at BIGINT,
  last_arrival_at BIGINT,
  failing_since BIGINT,
  last_error TEXT NOT NULL,
  resting_until BIGINT NOT NULL,
  paused_at BIGINT
);

CREATE TABLE audit (
  id BIGINT PRIMARY KEY NOT NULL,
  login_id BIGINT REFERENCES login (id) ON DELETE SET NULL,
  who TEXT NOT NULL,
  verb TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
