-- The notice that was made to remind of the incident last: while it waits, a newer one takes its place.
ALTER TABLE told ADD COLUMN reminder INTEGER;
