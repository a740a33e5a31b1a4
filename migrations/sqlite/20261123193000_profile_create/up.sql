-- What an actor says of itself beyond its row: where its pinned posts stand, and the names it goes by elsewhere.
CREATE TABLE profile (
  actor_id BIGINT PRIMARY KEY NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  featured TEXT NOT NULL,
  also_known_as TEXT NOT NULL,
  due_at BIGINT,
  attempts BIGINT NOT NULL,
  read_at BIGINT NOT NULL
);
CREATE INDEX profile_due ON profile (due_at) WHERE due_at IS NOT NULL;

-- Its fields, in their order; a field that is a link waits (due_at) to be looked at whether it links back.
CREATE TABLE profile_field (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  value_html TEXT NOT NULL,
  link TEXT NOT NULL,
  verified_at BIGINT,
  due_at BIGINT,
  attempts BIGINT NOT NULL,
  PRIMARY KEY (actor_id, place)
);
CREATE INDEX profile_field_due ON profile_field (due_at) WHERE due_at IS NOT NULL;

-- Posts that stand before the others on their author's page.
CREATE TABLE pin (
  actor_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  PRIMARY KEY (actor_id, post_id)
);
