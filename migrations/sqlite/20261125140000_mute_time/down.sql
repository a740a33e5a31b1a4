ALTER TABLE follow DROP COLUMN with_boosts;
DROP VIEW hushed;
ALTER TABLE block DROP COLUMN spares_notices;
ALTER TABLE block DROP COLUMN expires_at;
