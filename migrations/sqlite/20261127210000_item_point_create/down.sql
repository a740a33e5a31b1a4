DROP TABLE item_point;
