DROP TABLE notice;
DROP VIEW muted;
DROP VIEW apart;
DROP TABLE block_host;
DROP TABLE block;
