-- A notice may be `dropped` by a person, which is not given up; and `asked` is when one wanted it tried although it had
-- been given up: its age counts from then on. SQLite changes no CHECK, so the rows move.
CREATE TABLE notices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    sink       TEXT NOT NULL,
    subject    TEXT NOT NULL DEFAULT '',
    run        INTEGER,
    notice     TEXT NOT NULL,
    digest     INTEGER NOT NULL DEFAULT 0,
    created    INTEGER NOT NULL,
    asked      INTEGER,
    not_before INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    error      TEXT NOT NULL DEFAULT '',
    recipients TEXT,
    refused    TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'given_up', 'dropped')),
    ended      INTEGER,
    CHECK ((state = 'pending') = (ended IS NULL))
);

INSERT INTO notices (id, sink, subject, run, notice, digest, created, not_before, attempts, error, recipients, refused,
                     state, ended)
SELECT id, sink, subject, run, notice, digest, created, not_before, attempts, error, recipients, refused,
       CASE WHEN state = 'given_up' AND error = 'dropped by hand' THEN 'dropped' ELSE state END, ended
FROM outbox;

-- Numbers are never given twice, though the newest rows may have gone.
INSERT OR IGNORE INTO sqlite_sequence (name, seq) SELECT 'notices', 0 WHERE NOT EXISTS (SELECT 1 FROM notices);
UPDATE sqlite_sequence SET seq = coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)
WHERE name = 'notices';

DROP TABLE outbox;
ALTER TABLE notices RENAME TO outbox;

CREATE INDEX outbox_pending ON outbox (sink, digest, not_before) WHERE ended IS NULL;
CREATE INDEX outbox_tried ON outbox (sink, subject, id) WHERE ended IS NULL AND attempts > 0;
CREATE INDEX outbox_by_end ON outbox (state, ended) WHERE ended IS NOT NULL;
