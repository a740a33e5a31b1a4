-- What the search index has to look at again, in the order of change. Triggers write it, so that no change of a row can be
-- forgotten, whoever makes it; a row goes when the index has it on disk.
CREATE TABLE search_work (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    noun TEXT NOT NULL,
    subject_id BIGINT NOT NULL
);
-- The one row of what the index is and how far its rebuilding is.
CREATE TABLE search_state (
    id BIGINT PRIMARY KEY NOT NULL,
    identity TEXT NOT NULL,
    asked_at BIGINT,
    noun TEXT NOT NULL,
    after_id BIGINT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    finished_at BIGINT,
    last_error TEXT NOT NULL
);
-- Who may find an author's posts, if the author has said so.
CREATE TABLE searchable (
    actor_id BIGINT PRIMARY KEY NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
    who TEXT NOT NULL
);
-- The same for one post.
CREATE TABLE post_searchable (
    post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    who TEXT NOT NULL
);

CREATE TRIGGER search_post_update AFTER UPDATE OF kind, title, warning, body_html, language, audience, published_at, deleted_at, group_id ON post
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.id); END;
CREATE TRIGGER search_post_delete AFTER DELETE ON post
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', OLD.id); END;
CREATE TRIGGER search_audience_insert AFTER INSERT ON post_audience
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.post_id); END;
CREATE TRIGGER search_audience_delete AFTER DELETE ON post_audience
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', OLD.post_id); END;
CREATE TRIGGER search_place_insert AFTER INSERT ON post_place
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.post_id); END;
CREATE TRIGGER search_place_update AFTER UPDATE ON post_place
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.post_id); END;
CREATE TRIGGER search_place_delete AFTER DELETE ON post_place
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', OLD.post_id); END;
CREATE TRIGGER search_post_searchable_insert AFTER INSERT ON post_searchable
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.post_id); END;
CREATE TRIGGER search_post_searchable_update AFTER UPDATE ON post_searchable
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('post', NEW.post_id); END;

CREATE TRIGGER search_actor_insert AFTER INSERT ON actor
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('actor', NEW.id); END;
CREATE TRIGGER search_actor_update AFTER UPDATE OF kind, name, address, display_name, names, hometown, about_html, discoverable, suspended_at, deleted_at ON actor
WHEN OLD.kind IS NOT NEW.kind OR OLD.name IS NOT NEW.name OR OLD.address IS NOT NEW.address
    OR OLD.display_name IS NOT NEW.display_name OR OLD.names IS NOT NEW.names OR OLD.hometown IS NOT NEW.hometown
    OR OLD.about_html IS NOT NEW.about_html OR OLD.discoverable IS NOT NEW.discoverable
    OR OLD.suspended_at IS NOT NEW.suspended_at OR OLD.deleted_at IS NOT NEW.deleted_at
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('actor', NEW.id); END;
CREATE TRIGGER search_actor_delete AFTER DELETE ON actor
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('actor', OLD.id); END;
CREATE TRIGGER search_login_insert AFTER INSERT ON login
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('actor', NEW.actor_id); END;
CREATE TRIGGER search_login_update AFTER UPDATE OF state ON login
BEGIN INSERT INTO search_work (noun, subject_id) VALUES ('actor', NEW.actor_id); END;
CREATE TRIGGER search_searchable_insert AFTER INSERT ON searchable
BEGIN INSERT INTO search_work (noun, subject_id) SELECT 'post', post.id FROM post WHERE post.author_id = NEW.actor_id; END;
CREATE TRIGGER search_searchable_update AFTER UPDATE ON searchable WHEN OLD.who <> NEW.who
BEGIN INSERT INTO search_work (noun, subject_id) SELECT 'post', post.id FROM post WHERE post.author_id = NEW.actor_id; END;
