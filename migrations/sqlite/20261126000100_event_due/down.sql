DROP INDEX event_work_due;
