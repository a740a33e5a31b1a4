DROP TABLE gift;
ALTER TABLE hall DROP COLUMN takes_gifts;
