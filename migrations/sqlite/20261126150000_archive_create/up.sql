-- The archive: items with their records, files, access protocols, collections, people and places, and what is said about them.

-- A post may ask for more than one token: of each clause its viewer must hold one.
CREATE TABLE post_need (
    post_id BIGINT NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    clause BIGINT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (post_id, clause, token)
) WITHOUT ROWID;
-- So may one of its files.
CREATE TABLE media_need (
    media_id BIGINT NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    clause BIGINT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (media_id, clause, token)
) WITHOUT ROWID;

-- Fonds, series and files stand in each other; free collections stand beside.
CREATE TABLE collection (
    id BIGINT PRIMARY KEY NOT NULL,
    parent_id BIGINT REFERENCES collection (id) ON DELETE SET NULL,
    level TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    names TEXT NOT NULL,
    description TEXT NOT NULL,
    protocol TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX collection_parent ON collection (parent_id, id);

-- An item is a post of the archive's actor with a record.
CREATE TABLE item (
    id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    code TEXT NOT NULL UNIQUE,
    form TEXT NOT NULL,
    state TEXT NOT NULL,
    collection_id BIGINT REFERENCES collection (id) ON DELETE SET NULL,
    record TEXT NOT NULL,
    date_text TEXT NOT NULL,
    date_edtf TEXT NOT NULL,
    date_earliest TEXT NOT NULL,
    date_latest TEXT NOT NULL,
    protocol TEXT NOT NULL,
    embargo_until BIGINT,
    living TEXT NOT NULL,
    asks_first BOOLEAN NOT NULL,
    labels TEXT NOT NULL,
    contributor_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
    contributor_name TEXT NOT NULL,
    contact TEXT NOT NULL,
    import_key TEXT UNIQUE,
    is_public BOOLEAN NOT NULL,
    was_public BOOLEAN NOT NULL,
    is_announced BOOLEAN NOT NULL,
    highlighted_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX item_state ON item (state, id);
CREATE INDEX item_collection ON item (collection_id, id);
CREATE INDEX item_updated ON item (updated_at, id);
CREATE INDEX item_date ON item (date_earliest, id);
CREATE INDEX item_embargo ON item (embargo_until) WHERE embargo_until IS NOT NULL;
CREATE INDEX item_contributor ON item (contributor_id, id);

-- What items are browsed by.
CREATE TABLE item_facet (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (item_id, facet, value)
) WITHOUT ROWID;
CREATE INDEX item_facet_value ON item_facet (facet, value, item_id);

CREATE TABLE collection_item (
    collection_id BIGINT NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    PRIMARY KEY (collection_id, item_id)
) WITHOUT ROWID;
CREATE INDEX collection_item_item ON collection_item (item_id);

CREATE TABLE item_link (
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    other_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    PRIMARY KEY (item_id, other_id)
) WITHOUT ROWID;
CREATE INDEX item_link_other ON item_link (other_id);

-- Originals, untouched, in their order; a picture has a file for reading beside it.
CREATE TABLE item_file (
    id BIGINT PRIMARY KEY NOT NULL,
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    media_id BIGINT REFERENCES media (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    file_key TEXT NOT NULL,
    protocol TEXT NOT NULL,
    checked_at BIGINT,
    fault TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX item_file_item ON item_file (item_id, place, id);

-- What stands on a page or is heard in a recording, version by version.
CREATE TABLE transcript (
    id BIGINT PRIMARY KEY NOT NULL,
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    file_id BIGINT NOT NULL REFERENCES item_file (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    author_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
    author_name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX transcript_file ON transcript (file_id, kind, language, id);
CREATE INDEX transcript_item ON transcript (item_id, state);

-- Questions and answers about an item that isn't in the archive yet, and notes to the archivists.
CREATE TABLE item_note (
    id BIGINT PRIMARY KEY NOT NULL,
    item_id BIGINT NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    author_id BIGINT REFERENCES actor (id) ON DELETE SET NULL,
    author_name TEXT NOT NULL,
    by_archivist BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX item_note_item ON item_note (item_id, id);

-- People and places as records of their own.
CREATE TABLE authority (
    id BIGINT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    variants TEXT NOT NULL,
    romanised TEXT NOT NULL,
    modern_name TEXT NOT NULL,
    latitude TEXT NOT NULL,
    longitude TEXT NOT NULL,
    note TEXT NOT NULL,
    is_living BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX authority_name ON authority (kind, name);

-- Officers keep the archive too.
INSERT INTO viewer_token (actor_id, token) SELECT actor_id, 'archivists' FROM login WHERE role <> 'member';

CREATE TRIGGER search_item_insert AFTER INSERT ON item
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.id); END;
CREATE TRIGGER search_item_update AFTER UPDATE OF form, record, date_earliest, date_latest, state ON item
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.id); END;
CREATE TRIGGER search_transcript_insert AFTER INSERT ON transcript
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.item_id); END;
CREATE TRIGGER search_transcript_update AFTER UPDATE ON transcript
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.item_id); END;
