-- The steps of runs: each as it stood when the attempt that last began it ended. `counts`, `summaries`, `input` and
-- `output` are JSON objects, the last two of them null where nothing was handed over.
CREATE TABLE step (
    run       INTEGER NOT NULL,
    number    INTEGER NOT NULL CHECK (number >= 1),
    attempt   INTEGER NOT NULL CHECK (attempt >= 1),
    name      TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('succeeded', 'failed', 'timeout', 'cancelled', 'lost')),
    started   INTEGER NOT NULL,
    ended     INTEGER,
    exit_code INTEGER,
    signal    INTEGER,
    reason    TEXT NOT NULL,
    counts    TEXT NOT NULL,
    summaries TEXT NOT NULL,
    input     TEXT,
    output    TEXT,
    PRIMARY KEY (run, number, attempt)
) WITHOUT ROWID;

CREATE TRIGGER steps_go_with_their_run AFTER DELETE ON run
BEGIN
    DELETE FROM step WHERE run = OLD.id;
END;
