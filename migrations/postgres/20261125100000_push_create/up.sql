-- Where a client program is told of notices, by its token: one place for each.
CREATE TABLE push_subscription (
  id BIGINT PRIMARY KEY NOT NULL,
  token_id BIGINT NOT NULL UNIQUE REFERENCES token (id) ON DELETE CASCADE,
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  endpoint TEXT NOT NULL,
  host TEXT NOT NULL,
  point BYTEA NOT NULL,
  auth BYTEA NOT NULL,
  standard BOOLEAN NOT NULL,
  alerts TEXT NOT NULL,
  policy TEXT NOT NULL,
  -- The token itself, under the hall's key: the program finds by it whose the message is.
  locked_token BYTEA NOT NULL,
  -- Messages that were refused one after another.
  refusals BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX push_subscription_actor ON push_subscription (actor_id);
-- What waits to be told to one program.
CREATE TABLE push_delivery (
  id BIGINT PRIMARY KEY NOT NULL,
  subscription_id BIGINT NOT NULL REFERENCES push_subscription (id) ON DELETE CASCADE,
  notice_id BIGINT NOT NULL REFERENCES notice (id) ON DELETE CASCADE,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  UNIQUE (subscription_id, notice_id)
);
CREATE INDEX push_delivery_due ON push_delivery (due_at);
CREATE INDEX push_delivery_notice ON push_delivery (notice_id);
