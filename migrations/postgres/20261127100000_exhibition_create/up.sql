-- Exhibitions: items of the archive with text between.
CREATE TABLE exhibition (
    id BIGINT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    lede TEXT NOT NULL,
    published_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- What stands in one, in its order: a text, or an item with what is said of it there.
CREATE TABLE exhibition_block (
    exhibition_id BIGINT NOT NULL REFERENCES exhibition (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    item_id BIGINT REFERENCES item (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    PRIMARY KEY (exhibition_id, place)
);
CREATE INDEX exhibition_block_item ON exhibition_block (item_id) WHERE item_id IS NOT NULL;

-- The order of the items in a free collection.
ALTER TABLE collection_item ADD COLUMN place BIGINT NOT NULL DEFAULT 0;

-- What has no date is browsed as that.
INSERT INTO item_facet (item_id, facet, value)
SELECT id, 'decade', 'undated' FROM item WHERE date_earliest = '' AND date_latest = '' AND state <> 'withdrawn';
