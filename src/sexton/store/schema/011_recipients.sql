-- Of a mail that some have had: a JSON list of those who are still to get it (null: nobody has had it), and who was
-- refused for good, in words.
ALTER TABLE outbox ADD COLUMN recipients TEXT;
ALTER TABLE outbox ADD COLUMN refused TEXT NOT NULL DEFAULT '';
