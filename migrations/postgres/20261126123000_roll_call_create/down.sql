DROP TABLE roll_call_entry;
DROP TABLE roll_call_field;
DROP TABLE roll_call;
