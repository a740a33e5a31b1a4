DROP TABLE media_tile;
