DROP INDEX item_date;
CREATE INDEX item_date ON item (date_earliest, id);
DROP INDEX item_highlighted;
