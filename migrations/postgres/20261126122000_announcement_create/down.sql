DELETE FROM notice WHERE kind IN ('announcement', 'announcement-reminder');
DROP TABLE confirmation;
DROP TABLE announcement;
