ALTER TABLE partner DROP COLUMN pages_until;
ALTER TABLE partner DROP COLUMN pages;
