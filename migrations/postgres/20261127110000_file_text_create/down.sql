DROP TRIGGER search_item_file_delete ON item_file;
DROP TRIGGER search_item_file_update ON item_file;
DROP TABLE file_text;
