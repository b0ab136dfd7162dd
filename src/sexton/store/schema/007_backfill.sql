-- Whether a person asked for a past fire time of the run, or of the run that called for it: it waits behind others.
ALTER TABLE run ADD COLUMN backfill INTEGER NOT NULL DEFAULT 0;
