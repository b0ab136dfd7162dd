"""How runs end, and how ended rows leave the ledger.

Each function is one change of model/ledger.py inside the caller's transaction. Invariant: an end is written once, by
compare-and-set on (id, token, fence), together with all that follows from it; ended rows never change.
"""

import sqlite3

from sexton.model.ledger import Cancelled, End, Ended, Prune
from sexton.model.run import Outcome
from sexton.store.claims import close, queue, storable


def end(db: sqlite3.Connection, change: End) -> Ended:
    """An end that was already taken with the same words is answered again, so repeating it is safe."""
    written = _write_end(db, change) if change.not_before is None else _write_attempt(db, change)
    told = 0
    if written:
        _write_consequences(db, change)
        if change.tell:
            from sexton.store import run_tells

            told = run_tells.of_end(db, change)
        if change.steps:
            from sexton.store import steps

            steps.write(db, change.run_id, change.steps)
    elif not _is_written(db, change):
        return Ended(took=False)
    return Ended(took=True, queued=_queued_ids(db, change), told=told)


def _write_end(db: sqlite3.Connection, change: End) -> bool:
    cursor = db.execute(
        """UPDATE run
           SET state = 'ended', outcome = ?, reason = ?, ended = ?, started = ?, exit_code = ?, signal = ?, cpu = ?,
               max_rss = ?, log = ?, log_bytes = ?, log_lost = ?, tail = ?
           WHERE id = ? AND token = ? AND fence = ? AND state = 'claimed'""",
        (change.outcome.value, storable(change.reason), change.ended, *_facts(change), *_ours(change)),
    )
    if cursor.rowcount == 1 and change.outcome is Outcome.SUCCEEDED:
        sql = "UPDATE job SET owed = max(owed, ?) WHERE name = (SELECT job FROM run WHERE id = ?)"
        db.execute(sql, (change.ended, change.run_id))
    return cursor.rowcount == 1


def _write_attempt(db: sqlite3.Connection, change: End) -> bool:
    """Put the attempt down, and queue the run again for the next one."""
    cursor = db.execute(
        """INSERT INTO attempt (run, attempt, fence, claimed, outcome, reason, ended, started, exit_code, signal, cpu,
                                max_rss, log, log_bytes, log_lost, tail)
           SELECT id, attempt, fence, claimed, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM run
           WHERE id = ? AND token = ? AND fence = ? AND state = 'claimed'""",
        (change.outcome.value, storable(change.reason), change.ended, *_facts(change), *_ours(change)),
    )
    if cursor.rowcount != 1:
        return False
    db.execute(
        """UPDATE run
           SET state = 'queued', attempt = attempt + 1, not_before = ?, reason = ?, started = ?, exit_code = ?,
               signal = ?, cpu = ?, max_rss = ?, log = ?, log_bytes = ?, log_lost = ?, tail = ?
           WHERE id = ?""",
        (change.not_before, storable(change.reason), *_facts(change), change.run_id),
    )
    return True


def _facts(change: End) -> tuple[object, ...]:
    """What is known of the process: the columns from `started` to `tail`."""
    return (
        *(change.started, change.exit_code, change.signal, change.cpu, change.max_rss),
        *(None if change.log is None else storable(change.log), change.log_bytes, change.log_lost),
        storable(change.tail),
    )


def _ours(change: End) -> tuple[int, str, int]:
    return change.run_id, change.token, change.fence


def _is_written(db: sqlite3.Connection, change: End) -> bool:
    if change.not_before is None:
        sql = "SELECT 1 FROM run WHERE outcome = ? AND ended = ? AND id = ? AND token = ? AND fence = ?"
        values: tuple[object, ...] = (change.outcome.value, change.ended, *_ours(change))
    else:
        sql = "SELECT 1 FROM attempt WHERE outcome = ? AND ended = ? AND run = ? AND fence = ?"
        values = (change.outcome.value, change.ended, change.run_id, change.fence)
    return db.execute(sql, values).fetchone() is not None


def _write_consequences(db: sqlite3.Connection, change: End | Cancelled) -> None:
    for queued in change.queue:
        queue(db, queued)
    for closed in change.close:
        close(db, closed)


def _queued_ids(db: sqlite3.Connection, change: End | Cancelled) -> dict[tuple[str, str], int]:
    found = {}
    for queued in change.queue:
        row = db.execute("SELECT id FROM run WHERE job = ? AND slot = ?", (queued.job, queued.slot)).fetchone()
        if row is not None:
            found[queued.job, queued.slot] = int(row[0])
    return found


def cancel(db: sqlite3.Connection, change: Cancelled) -> Ended:
    cursor = db.execute(
        """UPDATE run SET state = 'ended', outcome = 'cancelled', reason = ?, ended = ?, attempt = max(attempt - 1, 1)
           WHERE id = ? AND state = 'queued'""",  # the attempt that it waited for is none
        (storable(change.reason), change.at, change.run_id),
    )
    if cursor.rowcount != 1:
        return Ended(took=False)
    _write_consequences(db, change)
    told = 0
    if change.tell:
        from sexton.store import run_tells

        told = run_tells.of_cancelled(db, change)
    return Ended(took=True, queued=_queued_ids(db, change), told=told)


def prune(db: sqlite3.Connection, change: Prune) -> int:
    """Oldest first. The pages that come free go back to the file system, also in portions."""
    cursor = db.execute(
        "DELETE FROM run WHERE id IN (SELECT id FROM run WHERE ended < ? ORDER BY ended LIMIT max(?, 0))",
        (change.before, change.limit),
    )
    deleted = cursor.rowcount
    if deleted:
        # SQLite frees one page per step of this statement: fetchall takes all the steps.
        db.execute(f"PRAGMA incremental_vacuum({change.limit})").fetchall()
    return deleted
