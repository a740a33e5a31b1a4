-- What is due is found without reading what isn't yet.
CREATE INDEX event_work_due ON event_work (consumer, due_at);
