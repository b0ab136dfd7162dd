-- The ledger. Instants and lengths are whole microseconds, sizes bytes (model/units.py); the columns of `run` are the
-- fields of model/ledger.Row.

-- The state's id; the marker file beside the database must say the same (store/identity.py).
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

INSERT INTO meta VALUES ('state_id', lower(hex(randomblob(16))));

-- What outlives a job's runs. `schedule` is NULL until the job was enlisted; neither `watermark` nor `fence` ever
-- goes down.
CREATE TABLE job (
    name      TEXT PRIMARY KEY,
    schedule  TEXT,
    watermark INTEGER NOT NULL,
    fence     INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- One row per (job, slot). AUTOINCREMENT: an id is never used again after retention has deleted its row, since slots
-- such as `after:41` speak of it for ever.
CREATE TABLE run (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    job       TEXT NOT NULL,
    slot      TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'ended')),
    token     TEXT NOT NULL DEFAULT '',
    fence     INTEGER NOT NULL DEFAULT 0,
    fire_time INTEGER,
    last      INTEGER,
    number    INTEGER NOT NULL DEFAULT 1 CHECK (number >= 1),
    created   INTEGER NOT NULL,
    claimed   INTEGER,
    started   INTEGER,
    ended     INTEGER,
    outcome   TEXT,
    reason    TEXT NOT NULL DEFAULT '',
    exit_code INTEGER,
    signal    INTEGER,
    cpu       INTEGER,
    max_rss   INTEGER,
    log       TEXT,
    log_bytes INTEGER NOT NULL DEFAULT 0,
    log_lost  INTEGER NOT NULL DEFAULT 0,
    tail      TEXT NOT NULL DEFAULT '',
    UNIQUE (job, slot),
    CHECK (state <> 'claimed' OR (token <> '' AND fence > 0 AND claimed IS NOT NULL)),
    CHECK ((state = 'ended') = (ended IS NOT NULL)),
    CHECK ((state = 'ended') = (outcome IS NOT NULL)),
    CHECK (outcome IN ('succeeded', 'failed', 'timeout', 'cancelled', 'lost', 'skipped', 'missed'))
);

-- Newest of a job: every index ends in the row's id, so this one is sorted by (job, id).
CREATE INDEX run_of_job ON run (job);

-- What is queued or claimed: as small as the work at hand, however long the history.
CREATE INDEX run_open ON run (state) WHERE ended IS NULL;

-- The last run of each job that really ran: one step into this index per job.
CREATE INDEX run_latest ON run (job, ended) WHERE claimed IS NOT NULL AND outcome NOT IN ('skipped', 'missed');

-- Retention deletes from the oldest end.
CREATE INDEX run_by_end ON run (ended) WHERE ended IS NOT NULL;

CREATE TRIGGER ended_runs_never_change BEFORE UPDATE ON run WHEN OLD.state = 'ended'
BEGIN
    SELECT RAISE(ABORT, 'an ended run never changes');
END;

CREATE TRIGGER only_ended_runs_are_deleted BEFORE DELETE ON run WHEN OLD.state <> 'ended'
BEGIN
    SELECT RAISE(ABORT, 'a run that has not ended is never deleted');
END;
