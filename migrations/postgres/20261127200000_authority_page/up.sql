-- The table below takes the name of this index.
DROP INDEX authority_name;
CREATE INDEX authority_kind ON authority (kind, name);

-- When a person was born and died, as it is written.
ALTER TABLE authority ADD COLUMN born TEXT NOT NULL DEFAULT '';
ALTER TABLE authority ADD COLUMN died TEXT NOT NULL DEFAULT '';

-- All that people and places are called, and which items name them: derived, so that neither is looked for in texts.
CREATE TABLE authority_name (
    name TEXT NOT NULL,
    authority_id BIGINT NOT NULL REFERENCES authority (id) ON DELETE CASCADE,
    PRIMARY KEY (name, authority_id)
);
CREATE INDEX authority_name_of ON authority_name (authority_id);

CREATE TABLE item_authority (
    authority_id BIGINT NOT NULL REFERENCES authority (id) ON DELETE CASCADE,
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    PRIMARY KEY (authority_id, item_id)
);
CREATE INDEX item_authority_item ON item_authority (item_id);

INSERT INTO authority_name (authority_id, name)
SELECT DISTINCT authority.id, trim(line.said)
FROM authority CROSS JOIN LATERAL regexp_split_to_table(
    concat_ws(chr(10), authority.name, authority.variants, authority.romanised, authority.modern_name), chr(10)
) AS line (said)
WHERE char_length(trim(line.said)) BETWEEN 2 AND 120;

INSERT INTO item_authority (authority_id, item_id)
SELECT DISTINCT authority_name.authority_id, item.id
FROM item
CROSS JOIN LATERAL jsonb_each(item.record::jsonb) AS field (code, texts)
CROSS JOIN LATERAL jsonb_array_elements(field.texts) AS one (value)
INNER JOIN authority_name ON authority_name.name = trim(split_part(one.value ->> 'text', '|', 1));
