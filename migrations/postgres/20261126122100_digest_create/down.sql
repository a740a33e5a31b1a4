DROP TABLE digest;
