-- Where a post was written, or what it is about: words, and degrees in millionths, or one of both.
CREATE TABLE post_place (
  post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  latitude_e6 BIGINT,
  longitude_e6 BIGINT,
  CHECK ((latitude_e6 IS NULL) = (longitude_e6 IS NULL))
);
