DROP TABLE hall_secret;
