DROP INDEX item_date;
CREATE INDEX item_date ON item (state, date_earliest, id);
