-- Retries: a run's attempts. The run's own row speaks of the last one; those that another one followed stand here.
-- A queued run with `not_before` waits for attempt number `attempt`, which begins no earlier than that.
ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1);
ALTER TABLE run ADD COLUMN not_before INTEGER;

CREATE TABLE attempt (
    run       INTEGER NOT NULL,
    attempt   INTEGER NOT NULL,
    fence     INTEGER NOT NULL,
    claimed   INTEGER NOT NULL,
    started   INTEGER,
    ended     INTEGER NOT NULL,
    outcome   TEXT NOT NULL CHECK (outcome IN ('failed', 'timeout')),
    reason    TEXT NOT NULL,
    exit_code INTEGER,
    signal    INTEGER,
    cpu       INTEGER,
    max_rss   INTEGER,
    log       TEXT,
    log_bytes INTEGER NOT NULL,
    log_lost  INTEGER NOT NULL,
    tail      TEXT NOT NULL,
    PRIMARY KEY (run, attempt)
);

CREATE TRIGGER attempts_never_change BEFORE UPDATE ON attempt
BEGIN
    SELECT RAISE(ABORT, 'an attempt that has ended never changes');
END;

CREATE TRIGGER attempts_go_with_their_run AFTER DELETE ON run WHEN OLD.not_before IS NOT NULL
BEGIN
    DELETE FROM attempt WHERE run = OLD.id;
END;
