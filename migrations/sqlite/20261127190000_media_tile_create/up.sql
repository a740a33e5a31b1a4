-- Pictures of the archive that are kept in tiles beside their form for reading, which is smaller: how large they are.
CREATE TABLE media_tile (
    media_id BIGINT PRIMARY KEY NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL
);
