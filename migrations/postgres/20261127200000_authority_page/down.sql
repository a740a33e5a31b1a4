DROP TABLE item_authority;
DROP TABLE authority_name;
ALTER TABLE authority DROP COLUMN died;
ALTER TABLE authority DROP COLUMN born;
DROP INDEX authority_kind;
CREATE INDEX authority_name ON authority (kind, name);
