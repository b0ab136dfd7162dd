-- What a person has switched off: jobs that are paused, services that are disabled. No row: on.
CREATE TABLE switched_off (
    kind TEXT NOT NULL CHECK (kind IN ('job', 'service')),
    name TEXT NOT NULL,
    at   INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;
