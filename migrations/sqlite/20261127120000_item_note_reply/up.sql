-- What somebody elsewhere answered to an item comes as a note: its id on the wire, and its page over there.
ALTER TABLE item_note ADD COLUMN uri TEXT;
ALTER TABLE item_note ADD COLUMN url TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX item_note_uri ON item_note (uri) WHERE uri IS NOT NULL;
CREATE INDEX item_note_author ON item_note (author_id);
