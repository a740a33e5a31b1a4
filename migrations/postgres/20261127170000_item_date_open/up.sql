-- Items by their dates, those first of which only the last day is known.
DROP INDEX item_date;
CREATE INDEX item_date ON item (state, date_earliest, date_latest, id);
