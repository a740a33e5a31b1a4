-- What a member, or another server (`host`), tells the moderators about somebody. `uri` is the id of the Flag that brought it.
CREATE TABLE report (
  id BIGINT PRIMARY KEY NOT NULL,
  uri TEXT NOT NULL,
  host TEXT NOT NULL,
  reporter_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  target_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
  category TEXT NOT NULL,
  comment TEXT NOT NULL,
  is_forwarded BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  assigned_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
  acted_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
  acted_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX report_uri ON report (uri, target_id) WHERE uri <> '';
CREATE INDEX report_state ON report (state, id);
CREATE INDEX report_target ON report (target_id, id);
CREATE INDEX report_reporter ON report (reporter_id, id);
CREATE INDEX report_host ON report (host, id);
CREATE TABLE report_post (
  report_id BIGINT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
  post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
  PRIMARY KEY (report_id, post_id)
);
CREATE INDEX report_post_post ON report_post (post_id);
-- The rules of the house that were meant, as they were written then: their numbers are their places.
CREATE TABLE report_rule (
  report_id BIGINT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
  place BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (report_id, place)
);
-- Officers are told of reports.
ALTER TABLE notice ADD COLUMN report_id BIGINT REFERENCES report (id) ON DELETE CASCADE;
CREATE INDEX notice_report ON notice (report_id);
DROP INDEX notice_once;
CREATE UNIQUE INDEX notice_once ON notice (actor_id, kind, by_id, COALESCE(post_id, 0), COALESCE(report_id, 0));
