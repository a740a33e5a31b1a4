DELETE FROM notice WHERE kind = 'item-offer';
DELETE FROM item_note WHERE uri IS NOT NULL;
DROP INDEX item_note_author;
DROP INDEX item_note_uri;
ALTER TABLE item_note DROP COLUMN url;
ALTER TABLE item_note DROP COLUMN uri;
