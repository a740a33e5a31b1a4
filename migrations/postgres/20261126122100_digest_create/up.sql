-- Members who want what is new by e-mail, and how far they were told. `token` stands in the letter, to end them.
CREATE TABLE digest (
  login_id BIGINT PRIMARY KEY NOT NULL REFERENCES login (id) ON DELETE CASCADE,
  rhythm TEXT COLLATE "C" NOT NULL,
  token TEXT COLLATE "C" NOT NULL UNIQUE,
  told_until BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL
);
CREATE INDEX digest_due ON digest (due_at);
