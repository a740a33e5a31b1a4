DELETE FROM notice WHERE kind = 'alliance';
DROP TABLE alliance;
