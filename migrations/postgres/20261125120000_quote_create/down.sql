ALTER TABLE reaction DROP COLUMN emoji;
DROP TABLE quote_leave;
DROP TABLE quote;
