-- What a post carries or has about it (likes, answers, pictures …), a bit each, so that a list looks only where there is something.
-- A bit is set once and stays: it says that something may be there.
ALTER TABLE post ADD COLUMN parts BIGINT NOT NULL DEFAULT 0;
UPDATE post SET parts = parts | 1 WHERE id IN (SELECT post_id FROM media WHERE post_id IS NOT NULL);
UPDATE post SET parts = parts | 2 WHERE id IN (SELECT post_id FROM post_place);
UPDATE post SET parts = parts | 4 WHERE id IN (SELECT post_id FROM post_link);
UPDATE post SET parts = parts | 8 WHERE id IN (SELECT post_id FROM poll);
UPDATE post SET parts = parts | 16 WHERE id IN (SELECT post_id FROM quote);
UPDATE post SET parts = parts | 32 WHERE id IN (SELECT post_id FROM mention);
UPDATE post SET parts = parts | 64 WHERE id IN (SELECT post_id FROM hashtag);
UPDATE post SET parts = parts | 128 WHERE id IN (SELECT post_id FROM reaction);
UPDATE post SET parts = parts | 256 WHERE id IN (SELECT post_id FROM boost);
UPDATE post SET parts = parts | 512
  WHERE id IN (SELECT root_id FROM post WHERE root_id IS NOT NULL UNION SELECT parent_id FROM post WHERE parent_id IS NOT NULL);
UPDATE post SET parts = parts | 1024 WHERE id IN (SELECT post_id FROM bookmark);
