-- What stands on the front page, and items by their dates, without looking through all of them.
CREATE INDEX item_highlighted ON item (state, highlighted_at) WHERE highlighted_at IS NOT NULL;
DROP INDEX item_date;
CREATE INDEX item_date ON item (state, date_earliest, id);
