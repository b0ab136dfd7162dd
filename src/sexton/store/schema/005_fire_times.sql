-- The runs of a job for a fire time: what a job that runs after several asks for.
CREATE INDEX run_of_fire_time ON run (job, fire_time);
