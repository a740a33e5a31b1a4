DROP TABLE push_delivery;
DROP TABLE push_subscription;
