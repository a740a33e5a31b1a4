DROP TABLE pin;
DROP TABLE profile_field;
DROP TABLE profile;
