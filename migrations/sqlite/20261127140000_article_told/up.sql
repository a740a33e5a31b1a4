-- The series of another server's article: what it is called there, and its page.
ALTER TABLE article ADD COLUMN series_title TEXT NOT NULL DEFAULT '';
ALTER TABLE article ADD COLUMN series_url TEXT NOT NULL DEFAULT '';
-- Where an article stands in its series; of several with the same number the older one first.
ALTER TABLE article ADD COLUMN place BIGINT NOT NULL DEFAULT 0;

-- What accounts of other servers say that they are.
CREATE TABLE account_told (
  actor_id BIGINT PRIMARY KEY NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  kind TEXT NOT NULL
);
