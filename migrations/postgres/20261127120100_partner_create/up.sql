-- Archives of other halls that say that they decide by hand who takes their items into a search, and what their hall is called.
CREATE TABLE partner (
    actor_id BIGINT PRIMARY KEY NOT NULL REFERENCES actor (id) ON DELETE CASCADE,
    hall TEXT NOT NULL,
    -- Where all its public items are listed, where in the list this hall has come to, and when it looks there next.
    items TEXT NOT NULL,
    page TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
-- What an item of such an archive says of itself, beside its post.
CREATE TABLE partner_item (
    post_id BIGINT PRIMARY KEY NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    record TEXT NOT NULL,
    date_text TEXT NOT NULL,
    date_edtf TEXT NOT NULL
);
-- Those with whom both sides agree: each archive follows the other, and both have accepted.
CREATE VIEW partner_open (actor_id) AS
SELECT p.actor_id FROM partner p
INNER JOIN actor o ON o.id = p.actor_id AND o.suspended_at IS NULL AND o.deleted_at IS NULL
INNER JOIN actor a ON a.host = '' AND a.name = 'archive'
INNER JOIN follow f ON f.follower_id = a.id AND f.followed_id = p.actor_id AND f.state = 'accepted'
INNER JOIN follow b ON b.follower_id = p.actor_id AND b.followed_id = a.id AND b.state = 'accepted'
WHERE NOT EXISTS (SELECT 1 FROM peer x WHERE x.host = o.host AND x.state = 'blocked');

CREATE TRIGGER search_partner_item_insert AFTER INSERT ON partner_item
FOR EACH ROW EXECUTE FUNCTION search_changed('post', 'post_id');
CREATE TRIGGER search_partner_item_update AFTER UPDATE ON partner_item
FOR EACH ROW EXECUTE FUNCTION search_changed('post', 'post_id');
CREATE TRIGGER search_partner_item_delete AFTER DELETE ON partner_item
FOR EACH ROW EXECUTE FUNCTION search_changed('post', 'post_id');
-- An agreement begins and ends with two follows.
CREATE FUNCTION search_partner_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_work (noun, subject_id) SELECT 'post', post.id FROM partner
    INNER JOIN post ON post.author_id = partner.actor_id INNER JOIN partner_item ON partner_item.post_id = post.id
    WHERE partner.actor_id IN (OLD.follower_id, OLD.followed_id);
    RETURN NULL;
END $$;
CREATE TRIGGER search_partner_follow_update AFTER UPDATE OF state ON follow
FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION search_partner_changed();
CREATE TRIGGER search_partner_follow_delete AFTER DELETE ON follow
FOR EACH ROW EXECUTE FUNCTION search_partner_changed();
CREATE FUNCTION search_partner_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_work (noun, subject_id) SELECT 'post', post.id FROM post
    INNER JOIN partner_item ON partner_item.post_id = post.id WHERE post.author_id = OLD.actor_id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_partner_delete AFTER DELETE ON partner
FOR EACH ROW EXECUTE FUNCTION search_partner_gone();
