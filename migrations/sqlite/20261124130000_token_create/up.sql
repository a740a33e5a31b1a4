-- Client programs, and what they may do for whom (OAuth 2, RFC 6749). Of secrets only the digests are kept.
CREATE TABLE app (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id TEXT NOT NULL UNIQUE,
  secret_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  website TEXT NOT NULL,
  redirect_uris TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX app_created ON app (created_at);

CREATE TABLE token (
  id BIGINT PRIMARY KEY NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  app_id BIGINT REFERENCES app (id) ON DELETE CASCADE,
  actor_id BIGINT REFERENCES actor (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX token_actor ON token (actor_id);
CREATE INDEX token_app ON token (app_id);

-- A code by which a program gets its token, once; it stays a while after, so that a second use is noticed.
CREATE TABLE token_code (
  code_hash TEXT PRIMARY KEY NOT NULL,
  app_id BIGINT NOT NULL REFERENCES app (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  redirect_uri TEXT NOT NULL,
  scopes TEXT NOT NULL,
  challenge TEXT NOT NULL,
  token_id BIGINT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX token_code_expires ON token_code (expires_at);
CREATE INDEX token_code_actor ON token_code (actor_id);
CREATE INDEX token_code_app ON token_code (app_id);
