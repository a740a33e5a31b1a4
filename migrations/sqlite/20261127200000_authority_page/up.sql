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
WITH RECURSIVE line (id, said, rest) AS (
    SELECT id, trim(name), variants || char(10) || romanised || char(10) || modern_name || char(10) FROM authority
    UNION ALL
    SELECT id, trim(substr(rest, 1, instr(rest, char(10)) - 1)), substr(rest, instr(rest, char(10)) + 1)
    FROM line WHERE rest <> ''
)
SELECT DISTINCT id, said FROM line WHERE length(said) BETWEEN 2 AND 120;

INSERT INTO item_authority (authority_id, item_id)
WITH said (item_id, value) AS (
    SELECT item.id, json_extract(one.value, '$.text')
    FROM item CROSS JOIN json_each(item.record) AS field CROSS JOIN json_each(field.value) AS one
)
SELECT DISTINCT authority_name.authority_id, said.item_id
FROM said INNER JOIN authority_name ON authority_name.name = trim(substr(said.value, 1, instr(said.value || '|', '|') - 1));
