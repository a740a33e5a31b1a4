-- What somebody elsewhere answered to an item comes as a note: its id on the wire, and its page over there.
ALTER TABLE item_note ADD COLUMN uri TEXT;
ALTER TABLE item_note ADD COLUMN url TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX item_note_uri ON item_note (uri) WHERE uri IS NOT NULL;
CREATE INDEX item_note_author ON item_note (author_id);
-- What stands on a page is found by whoever may see the page, which may change.
CREATE TRIGGER search_item_file_update AFTER UPDATE OF protocol ON item_file
FOR EACH ROW WHEN (OLD.protocol <> NEW.protocol) EXECUTE FUNCTION search_changed('post', 'item_id');
