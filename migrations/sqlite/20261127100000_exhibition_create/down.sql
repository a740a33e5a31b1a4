DELETE FROM item_facet WHERE facet = 'decade' AND value = 'undated';
ALTER TABLE collection_item DROP COLUMN place;
DROP TABLE exhibition_block;
DROP TABLE exhibition;
