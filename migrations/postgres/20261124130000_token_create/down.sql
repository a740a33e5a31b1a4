DROP TABLE token_code;
DROP TABLE token;
DROP TABLE app;
