ALTER TABLE account DROP COLUMN moved_to;
