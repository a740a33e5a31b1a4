-- How many pages of a partner's list were read in the day that ends then.
ALTER TABLE partner ADD COLUMN pages BIGINT NOT NULL DEFAULT 0;
ALTER TABLE partner ADD COLUMN pages_until BIGINT NOT NULL DEFAULT 0;
-- What partners took back before their lists told of it is found by reading them once more.
UPDATE partner SET page = '', due_at = 0;

-- Partners have read what is public without being told: they hear of what becomes of it.
UPDATE item SET is_announced = TRUE WHERE is_public AND EXISTS (SELECT 1 FROM partner_open);
INSERT INTO post_copy (post_id, inbox)
SELECT item.id, CASE actor.shared_inbox WHEN '' THEN actor.inbox ELSE actor.shared_inbox END
FROM item CROSS JOIN partner_open INNER JOIN actor ON actor.id = partner_open.actor_id
WHERE item.is_public ON CONFLICT DO NOTHING;

-- What is said of an item is written when its activity goes out or is asked for: it may name people who are named no more.
UPDATE activity SET per_host = TRUE,
    body = json_remove(json_set(body, '$.object', json_extract(body, '$.object.id')), '$.proof')
WHERE kind IN ('Create', 'Update') AND post_id IN (SELECT id FROM post WHERE kind = 'item')
    AND json_extract(body, '$.object.id') IS NOT NULL;
