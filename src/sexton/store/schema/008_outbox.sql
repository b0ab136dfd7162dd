-- Notices on their way to sinks, and what came of them. `notice` is a JSON object, without the tail that the row of its
-- run has. `digest`: it waits to be told together with others.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    sink       TEXT NOT NULL,
    run        INTEGER,
    notice     TEXT NOT NULL,
    digest     INTEGER NOT NULL DEFAULT 0,
    created    INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    error      TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'given_up')),
    ended      INTEGER,
    CHECK ((state = 'pending') = (ended IS NULL))
);

CREATE INDEX outbox_pending ON outbox (sink, digest, not_before) WHERE ended IS NULL;
CREATE INDEX outbox_by_end ON outbox (ended) WHERE ended IS NOT NULL;

-- What a route was told last of a subject that is not well; no row: nothing, or that it is well again.
CREATE TABLE told (
    subject  TEXT NOT NULL,
    route    TEXT NOT NULL,
    incident TEXT NOT NULL CHECK (incident IN ('failed', 'late', 'both')),
    since    INTEGER NOT NULL,
    remind   INTEGER,
    run      INTEGER,
    notice   TEXT NOT NULL,
    PRIMARY KEY (subject, route)
) WITHOUT ROWID;

CREATE INDEX told_by_reminder ON told (remind) WHERE remind IS NOT NULL;

-- How each sink has done, whatever has become of its rows.
CREATE TABLE sink (
    name           TEXT PRIMARY KEY,
    delivered      INTEGER NOT NULL DEFAULT 0,
    failed         INTEGER NOT NULL DEFAULT 0,
    given_up       INTEGER NOT NULL DEFAULT 0,
    last_delivered INTEGER,
    failing_since  INTEGER,
    error          TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
