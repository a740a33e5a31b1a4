-- Groups of other halls whose announcements this hall tells all its members.
CREATE TABLE alliance (
  group_id BIGINT PRIMARY KEY NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL
);
