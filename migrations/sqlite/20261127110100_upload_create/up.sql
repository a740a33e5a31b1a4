-- Files that come in parts. What has come lies in the data directory under the name in `file`, until all of it is there.
CREATE TABLE upload (
    id BIGINT PRIMARY KEY NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    file TEXT NOT NULL UNIQUE,
    bytes BIGINT NOT NULL,
    received BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX upload_owner ON upload (owner_id, id);
CREATE INDEX upload_expires ON upload (expires_at);
