DROP TRIGGER search_item_file_delete;
DROP TRIGGER search_item_file_update;
DROP TABLE file_text;
