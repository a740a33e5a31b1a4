-- How far a member has read a conversation, and up to where they have put it away.
CREATE TABLE conversation (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  thread_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  read_id BIGINT NOT NULL,
  gone_id BIGINT NOT NULL,
  PRIMARY KEY (actor_id, thread_id)
) WITHOUT ROWID;
CREATE INDEX conversation_thread ON conversation (thread_id);
