-- How long a film lasts, in thousandths of a second, as it says itself; 0 if it doesn't.
ALTER TABLE media ADD COLUMN duration_ms BIGINT NOT NULL DEFAULT 0;
