-- Posts of this hall's own people, so that its front and its numbers needn't look through everybody's.
ALTER TABLE post ADD COLUMN is_local BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE post SET is_local = TRUE WHERE author_id IN (SELECT id FROM actor WHERE host = '');
CREATE INDEX post_local ON post (is_local, audience, kind, id);
