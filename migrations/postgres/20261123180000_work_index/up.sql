-- Who consumes an event, by the event: its end asks for them, and so does the foreign key. Without this a backlog of n
-- events costs n² to work off.
CREATE INDEX event_work_event ON event_work (event_id);
-- What falls due next, without looking at what waits for later.
CREATE INDEX delivery_due ON delivery (due_at, host);
-- Whose arrivals are being worked off.
CREATE INDEX arrival_claimed ON arrival (claimed_until, lane) WHERE state = 'waiting';
