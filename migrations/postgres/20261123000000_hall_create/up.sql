-- The foundation: the hall, its actors and logins, friends, posts and their audiences, events, and what goes over the wire.
-- Times are microseconds since 1970 (UTC); ids are time-ordered numbers made by the program.

CREATE TABLE hall (
  id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
  origin TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  motto TEXT COLLATE "C" NOT NULL,
  about TEXT COLLATE "C" NOT NULL,
  rules TEXT COLLATE "C" NOT NULL,
  language TEXT COLLATE "C" NOT NULL,
  languages TEXT COLLATE "C" NOT NULL,
  time_zone TEXT COLLATE "C" NOT NULL,
  setup_token TEXT COLLATE "C",
  created_at BIGINT NOT NULL
);

CREATE TABLE actor (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT COLLATE "C" NOT NULL UNIQUE,
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  host TEXT COLLATE "C" NOT NULL,
  address TEXT COLLATE "C" NOT NULL,
  display_name TEXT COLLATE "C" NOT NULL,
  names TEXT COLLATE "C" NOT NULL,
  hometown TEXT COLLATE "C" NOT NULL,
  about TEXT COLLATE "C" NOT NULL,
  about_html TEXT COLLATE "C" NOT NULL,
  url TEXT COLLATE "C" NOT NULL,
  inbox TEXT COLLATE "C" NOT NULL,
  shared_inbox TEXT COLLATE "C" NOT NULL,
  followers TEXT COLLATE "C" NOT NULL,
  outbox TEXT COLLATE "C" NOT NULL,
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
  uri TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  algorithm TEXT COLLATE "C" NOT NULL,
  public_key BYTEA NOT NULL,
  private_key BYTEA,
  fetched_at BIGINT NOT NULL
);
CREATE INDEX actor_key_actor ON actor_key (actor_id);

CREATE TABLE login (
  id BIGINT PRIMARY KEY NOT NULL,
  actor_id BIGINT NOT NULL UNIQUE REFERENCES actor (id) ON DELETE CASCADE,
  email TEXT COLLATE "C",
  email_folded TEXT COLLATE "C" UNIQUE,
  password_hash TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  language TEXT COLLATE "C",
  time_zone TEXT COLLATE "C",
  theme TEXT COLLATE "C",
  type_size TEXT COLLATE "C",
  reason TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE session (
  token_hash TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  login_id BIGINT NOT NULL REFERENCES login (id) ON DELETE CASCADE,
  form_token TEXT COLLATE "C" NOT NULL,
  agent TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_login ON session (login_id);

CREATE TABLE invitation (
  id BIGINT PRIMARY KEY NOT NULL,
  token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  created_by BIGINT NOT NULL REFERENCES login (id) ON DELETE CASCADE,
  note TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_by BIGINT REFERENCES login (id) ON DELETE SET NULL,
  used_at BIGINT
);

CREATE TABLE follow (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT COLLATE "C" NOT NULL UNIQUE,
  follower_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  followed_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  state TEXT COLLATE "C" NOT NULL,
  greeting TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  accepted_at BIGINT,
  UNIQUE (follower_id, followed_id)
);
CREATE INDEX follow_followed ON follow (followed_id, state);

CREATE TABLE post (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT COLLATE "C" NOT NULL UNIQUE,
  url TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  author_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  audience TEXT COLLATE "C" NOT NULL,
  language TEXT COLLATE "C" NOT NULL,
  warning TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  body_html TEXT COLLATE "C" NOT NULL,
  form_key TEXT COLLATE "C" UNIQUE,
  published_at BIGINT NOT NULL,
  edited_at BIGINT,
  deleted_at BIGINT
);
CREATE INDEX post_author ON post (author_id, id);

-- Who may see a post: it carries tokens, a viewer holds tokens, they must meet.
CREATE TABLE post_audience (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  token TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (post_id, token)
);

CREATE TABLE viewer_token (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  token TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (actor_id, token)
);
CREATE INDEX viewer_token_token ON viewer_token (token, actor_id);

CREATE TABLE feed (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  PRIMARY KEY (actor_id, post_id)
);
CREATE INDEX feed_post ON feed (post_id);

-- Which inboxes hold a copy of a local post, so that its deletion reaches all of them.
CREATE TABLE post_copy (
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  inbox TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (post_id, inbox)
);

-- What was deleted before or without our knowing it; a late Create of it is refused.
CREATE TABLE tombstone (
  uri TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  created_at BIGINT NOT NULL
);

-- What must follow a change, written in the same transaction as the change.
CREATE TABLE event (
  id BIGINT PRIMARY KEY NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  actor_id BIGINT NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE event_work (
  consumer TEXT COLLATE "C" NOT NULL,
  event_id BIGINT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
  lane TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  last_error TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX event_work_lane ON event_work (lane, event_id);

CREATE TABLE activity (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT COLLATE "C" NOT NULL UNIQUE,
  kind TEXT COLLATE "C" NOT NULL,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT REFERENCES post (id) ON DELETE CASCADE,
  body TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX activity_actor ON activity (actor_id, id);
CREATE INDEX activity_post ON activity (post_id);

CREATE TABLE delivery (
  id BIGINT PRIMARY KEY NOT NULL,
  activity_id BIGINT NOT NULL REFERENCES activity (id) ON DELETE CASCADE,
  inbox TEXT COLLATE "C" NOT NULL,
  host TEXT COLLATE "C" NOT NULL,
  lane TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  last_error TEXT COLLATE "C" NOT NULL,
  UNIQUE (activity_id, inbox)
);
CREATE INDEX delivery_host ON delivery (host, due_at);
CREATE INDEX delivery_lane ON delivery (lane, inbox, id);

CREATE TABLE arrival (
  id BIGINT PRIMARY KEY NOT NULL,
  dedupe TEXT COLLATE "C" NOT NULL UNIQUE,
  uri TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  actor_uri TEXT COLLATE "C" NOT NULL,
  host TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  lane TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL
);
CREATE INDEX arrival_waiting ON arrival (lane, id) WHERE state = 'waiting';
CREATE INDEX arrival_state ON arrival (state, due_at);
CREATE INDEX arrival_received ON arrival (received_at);

CREATE TABLE signature_seen (
  fingerprint BYTEA PRIMARY KEY NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX signature_seen_expires ON signature_seen (expires_at);

CREATE TABLE peer (
  host TEXT COLLATE "C" PRIMARY KEY NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  signature TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  last_success_at BIGINT,
  last_arrival_at BIGINT,
  failing_since BIGINT,
  last_error TEXT COLLATE "C" NOT NULL,
  resting_until BIGINT NOT NULL,
  paused_at BIGINT
);

CREATE TABLE audit (
  id BIGINT PRIMARY KEY NOT NULL,
  login_id BIGINT REFERENCES login (id) ON DELETE SET NULL,
  who TEXT COLLATE "C" NOT NULL,
  verb TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);
