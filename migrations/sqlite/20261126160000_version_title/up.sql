-- The title that a version had.
ALTER TABLE post_version ADD COLUMN title TEXT NOT NULL DEFAULT '';
