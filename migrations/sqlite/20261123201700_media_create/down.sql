ALTER TABLE actor DROP COLUMN cover_id;
ALTER TABLE actor DROP COLUMN avatar_id;
ALTER TABLE activity DROP COLUMN per_host;
DROP TABLE post_hold;
DROP TABLE file_removal;
DROP TABLE media_grant;
DROP TABLE media;
