-- What the hall alone knows, made at its first start.
CREATE TABLE hall_secret (
  name TEXT PRIMARY KEY NOT NULL,
  value BLOB NOT NULL
);
