DROP TABLE account_told;
ALTER TABLE article DROP COLUMN place;
ALTER TABLE article DROP COLUMN series_url;
ALTER TABLE article DROP COLUMN series_title;
