DELETE FROM notice WHERE kind = 'partner';
DROP TRIGGER search_partner_follow_delete;
DROP TRIGGER search_partner_follow_update;
DROP VIEW partner_open;
DROP TABLE partner_item;
DROP TABLE partner;
