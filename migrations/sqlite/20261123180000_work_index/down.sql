DROP INDEX arrival_claimed;
DROP INDEX delivery_due;
DROP INDEX event_work_event;
