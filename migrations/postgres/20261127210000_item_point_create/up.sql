-- Where items are by their own coordinates: the world in a square of 360 degrees that is halved twenty times, and the squares numbered by the
-- bits of their columns and rows in turn.
CREATE TABLE item_point (
    item_id BIGINT PRIMARY KEY NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    cell BIGINT NOT NULL
);
CREATE INDEX item_point_cell ON item_point (cell, item_id);

INSERT INTO item_point (item_id, cell)
WITH said (id, north, east) AS (
    SELECT id, record::jsonb -> 'latitude' -> 0 ->> 'text', record::jsonb -> 'longitude' -> 0 ->> 'text'
    FROM item WHERE state <> 'withdrawn'
),
located (id, north, east) AS (
    SELECT id,
        CASE WHEN north ~ '^[-+]?[0-9]{1,9}([.][0-9]{1,30})?$' THEN north::double precision END,
        CASE WHEN east ~ '^[-+]?[0-9]{1,9}([.][0-9]{1,30})?$' THEN east::double precision END
    FROM said
),
bits (id, side, v) AS (
    SELECT id, 0, LEAST(FLOOR((east + 180.0) / 360.0 * 1048576.0)::bigint, 1048575)
    FROM located WHERE ABS(north) <= 90 AND ABS(east) <= 180
    UNION ALL
    SELECT id, 1, LEAST(FLOOR((90.0 - north) / 360.0 * 1048576.0)::bigint, 524287)
    FROM located WHERE ABS(north) <= 90 AND ABS(east) <= 180
),
by_16 (id, side, v) AS (SELECT id, side, (v | (v << 16)) & 281470681808895 FROM bits),
by_8 (id, side, v) AS (SELECT id, side, (v | (v << 8)) & 71777214294589695 FROM by_16),
by_4 (id, side, v) AS (SELECT id, side, (v | (v << 4)) & 1085102592571150095 FROM by_8),
by_2 (id, side, v) AS (SELECT id, side, (v | (v << 2)) & 3689348814741910323 FROM by_4),
by_1 (id, side, v) AS (SELECT id, side, (v | (v << 1)) & 6148914691236517205 FROM by_2)
SELECT id, SUM(v << side)::bigint FROM by_1 GROUP BY id;
