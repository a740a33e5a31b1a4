DROP TABLE remark;
DROP TABLE tag_member;
DROP TABLE tag;
