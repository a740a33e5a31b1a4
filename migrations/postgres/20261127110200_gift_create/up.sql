-- May visitors give something to the archive?
ALTER TABLE hall ADD COLUMN takes_gifts BOOLEAN NOT NULL DEFAULT FALSE;

-- The link by which a visitor looks after what they gave.
CREATE TABLE gift (
    item_id BIGINT PRIMARY KEY NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
