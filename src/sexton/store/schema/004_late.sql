-- Since when the job owes a success (`late_after`): its last one, or when it became known, changed, or was resumed.
ALTER TABLE job ADD COLUMN owed INTEGER NOT NULL DEFAULT 0;

UPDATE job SET owed = max(watermark, coalesce(
    (SELECT max(run.ended) FROM run WHERE run.job = job.name AND run.outcome = 'succeeded'), 0));
