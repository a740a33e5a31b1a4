DELETE FROM notice WHERE kind = 'partner';
DROP TRIGGER search_partner_follow_delete ON follow;
DROP TRIGGER search_partner_follow_update ON follow;
DROP VIEW partner_open;
DROP TABLE partner_item;
DROP TABLE partner;
DROP FUNCTION search_partner_gone();
DROP FUNCTION search_partner_changed();
