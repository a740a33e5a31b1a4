DELETE FROM notice WHERE kind = 'report';
DROP INDEX notice_once;
DROP INDEX notice_report;
ALTER TABLE notice DROP COLUMN report_id;
CREATE UNIQUE INDEX notice_once ON notice (actor_id, kind, by_id, COALESCE(post_id, 0));
DROP TABLE report_rule;
DROP TABLE report_post;
DROP TABLE report;
