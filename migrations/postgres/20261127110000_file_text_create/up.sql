-- What a file itself says, such as the text of a PDF: read by the worker, and never the archive's word.
CREATE TABLE file_text (
    file_id BIGINT PRIMARY KEY NOT NULL REFERENCES item_file (id) ON DELETE CASCADE,
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    claimed_until BIGINT NOT NULL
);
CREATE INDEX file_text_item ON file_text (item_id);
CREATE INDEX file_text_due ON file_text (due_at) WHERE due_at IS NOT NULL;
INSERT INTO file_text (file_id, item_id, state, reason, body, attempts, due_at, claimed_until)
SELECT id, item_id, 'waiting', '', '', 0, 0, 0 FROM item_file WHERE media_type = 'application/pdf';

CREATE TRIGGER search_file_text_update AFTER UPDATE OF body ON file_text
FOR EACH ROW EXECUTE FUNCTION search_changed('post', 'item_id');
-- A file that becomes one for fewer people, or goes, takes its texts out of the index.
CREATE TRIGGER search_item_file_update AFTER UPDATE OF protocol ON item_file
FOR EACH ROW WHEN (OLD.protocol <> NEW.protocol) EXECUTE FUNCTION search_changed('post', 'item_id');
CREATE TRIGGER search_item_file_delete AFTER DELETE ON item_file
FOR EACH ROW EXECUTE FUNCTION search_changed('post', 'item_id');
