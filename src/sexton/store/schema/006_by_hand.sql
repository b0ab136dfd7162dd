-- What a person added to a run's environment, as a JSON object; empty for nothing. It outlives retries and restarts.
ALTER TABLE run ADD COLUMN env TEXT NOT NULL DEFAULT '';
