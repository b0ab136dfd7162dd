-- Whose notice it is, as in `told`; '' of a digest, and of what is from before: what is told of one subject keeps its order.
ALTER TABLE outbox ADD COLUMN subject TEXT NOT NULL DEFAULT '';

CREATE INDEX outbox_tried ON outbox (sink, subject, id) WHERE ended IS NULL AND attempts > 0;
