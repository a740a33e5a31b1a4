DROP TABLE conversation;
