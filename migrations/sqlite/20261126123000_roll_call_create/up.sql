-- A roll call: the ordered list under a post of a group, by which people sign up. `heads` and `waiting` count the people of its
-- lines that are in and that wait, `entries` those lines; `changed_at` is when the list last changed. Of another server's list the lines are those that its author last told.
CREATE TABLE roll_call (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  is_ours BOOLEAN NOT NULL,
  capacity BIGINT,
  ends_at BIGINT,
  closed_at BIGINT,
  heads BIGINT NOT NULL,
  waiting BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
-- What the author asks besides name and number; `choices` has one a line, or nothing where people write what they like.
CREATE TABLE roll_call_field (
  post_id BIGINT NOT NULL REFERENCES roll_call (post_id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  title TEXT NOT NULL,
  choices TEXT NOT NULL,
  PRIMARY KEY (post_id, place)
);
-- A line. `by_id` is who wrote it, `actor_id` whose it is, if that is known; `answers` has one a line, in the order of the fields.
CREATE TABLE roll_call_entry (
  id BIGINT PRIMARY KEY NOT NULL,
  post_id BIGINT NOT NULL REFERENCES roll_call (post_id) ON DELETE CASCADE,
  actor_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
  by_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  heads BIGINT NOT NULL,
  note TEXT NOT NULL,
  answers TEXT NOT NULL,
  state TEXT NOT NULL,
  reply_id BIGINT UNIQUE REFERENCES post (id) ON DELETE SET NULL,
  join_uri TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  edited_at BIGINT
);
CREATE INDEX roll_call_entry_state ON roll_call_entry (post_id, state, id);
CREATE INDEX roll_call_entry_actor ON roll_call_entry (actor_id, post_id);
CREATE INDEX roll_call_entry_by ON roll_call_entry (by_id);
