"""What becomes of a notice: accepted, tried in vain, given up, dropped, or tried once more because a person wants it.

Each function is one change of model/outbox.py inside the caller's transaction. What has ended is kept for people to
see. Invariant: a notice that was given up is forgotten after MOURNED, or when KEPT later ones were given up, whatever
was delivered meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from types import MappingProxyType

from sexton.model.outbox import Again, Delivered, Drop, Gone, Partly, Undelivered, Wake
from sexton.model.units import DAY, Duration, Instant
from sexton.store.claims import storable

KEPT = MappingProxyType({"delivered": 1_000, "dropped": 1_000, "given_up": 10_000})  # rows; some 1 kB each
MOURNED: Duration = 30 * DAY
_BY_HAND = "dropped by hand"


def give_up(db: sqlite3.Connection, numbers: Iterable[int], at: Instant, why: str) -> None:
    """Of these, those that wait: nobody is told, which is counted."""
    for number in numbers:
        row = db.execute("SELECT sink FROM outbox WHERE id = ? AND ended IS NULL", (number,)).fetchone()
        if row is not None:
            sql = "UPDATE outbox SET state = 'given_up', ended = ?, error = ? WHERE id = ?"
            db.execute(sql, (at, why, number))
            _count(db, row[0], "given_up")
    _forget_old(db, "given_up", at)


def delivered(db: sqlite3.Connection, change: Delivered) -> None:
    refused = _refused(db, change.id, change.refused)
    sql = "UPDATE outbox SET state = 'delivered', ended = ?, error = ?, attempts = attempts + 1 WHERE id = ?"
    db.execute(sql + " AND ended IS NULL", (change.at, refused, change.id))
    _count(db, change.sink, "delivered")
    _answered(db, change, refused)
    _forget_old(db, "delivered", change.at)


def partly(db: sqlite3.Connection, change: Partly) -> None:
    """It goes on for the others alone, if it does."""
    refused = _refused(db, change.id, change.refused)
    error = "; ".join(filter(None, (storable(change.later), refused)))
    not_before = change.at if change.not_before is None else change.not_before
    db.execute(
        """UPDATE outbox SET attempts = attempts + 1, error = ?, refused = ?, recipients = ?, not_before = ?
           WHERE id = ? AND ended IS NULL""",
        (error, refused, storable(json.dumps(change.recipients)), not_before, change.id),
    )
    if change.not_before is None:
        give_up(db, [change.id], change.at, error)
    _answered(db, change, error)


def _refused(db: sqlite3.Connection, number: int, more: str) -> str:
    """Who was refused for good, in this attempt or before."""
    row = db.execute("SELECT refused FROM outbox WHERE id = ?", (number,)).fetchone()
    return "; ".join(filter(None, (row[0] if row else "", storable(more))))


def _answered(db: sqlite3.Connection, change: Delivered | Partly, error: str) -> None:
    """The sink has taken something; `error`: for whom it has not."""
    db.execute("INSERT INTO sink (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (change.sink,))
    sql = "UPDATE sink SET last_delivered = ?, failing_since = NULL, error = ? WHERE name = ?"
    db.execute(sql, (change.at, error, change.sink))
    if change.wakes:
        wake(db, Wake((change.sink,), change.at))


def _forget_old(db: sqlite3.Connection, state: str, at: Instant) -> None:
    """Of what has come to `state`, all but the last; and what was given up long ago."""
    db.execute(
        """DELETE FROM outbox WHERE id IN (
               SELECT id FROM outbox WHERE state = ? AND ended IS NOT NULL ORDER BY ended DESC LIMIT -1 OFFSET ?)""",
        (state, KEPT[state]),
    )
    db.execute("DELETE FROM outbox WHERE state = 'given_up' AND ended < ?", (at - MOURNED,))


def undelivered(db: sqlite3.Connection, change: Undelivered) -> None:
    error = storable(change.error)
    db.execute(
        "UPDATE outbox SET attempts = attempts + 1, error = ?, not_before = ? WHERE id = ? AND ended IS NULL",
        (error, change.at if change.not_before is None else change.not_before, change.id),
    )
    _count(db, change.sink, "failed")
    sql = "UPDATE sink SET failing_since = coalesce(failing_since, ?), error = ? WHERE name = ?"
    db.execute(sql, (change.at, error, change.sink))
    if change.not_before is None:
        give_up(db, [change.id], change.at, error)


def _count(db: sqlite3.Connection, sink: str, what: str) -> None:
    sql = f"INSERT INTO sink (name, {what}) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET {what} = {what} + 1"
    db.execute(sql, (sink,))


def again(db: sqlite3.Connection, change: Again) -> int | Gone:
    """What was given up may grow as old as a new one. What goes before one that is named does not pause either; what
    was not tried yet is held back for a reason, and has to be named."""
    if change.id is not None:
        row = db.execute("SELECT sink FROM outbox WHERE id = ? AND state <> 'delivered'", (change.id,)).fetchone()
        if row is not None and row[0] not in change.sinks:
            return Gone(row[0])
        _wake_before(db, change.id, change.at)
    named = "state <> 'delivered' AND id = ?"
    which = "(ended IS NULL AND attempts > 0 OR state = 'given_up')" if change.id is None else named
    return db.execute(
        f"""UPDATE outbox SET not_before = ?, asked = CASE WHEN ended IS NULL THEN asked ELSE ? END,
                              state = 'pending', ended = NULL
            WHERE sink IN ({", ".join("?" * len(change.sinks))}) AND {which}""",
        (change.at, change.at, *change.sinks, *(() if change.id is None else (change.id,))),
    ).rowcount


def _wake_before(db: sqlite3.Connection, number: int, at: Instant) -> None:
    """Those of the same subject, which it may not overtake."""
    db.execute(
        """UPDATE outbox SET not_before = ? WHERE ended IS NULL AND attempts > 0 AND subject <> '' AND id < ?
           AND (sink, subject) = (SELECT sink, subject FROM outbox WHERE id = ?)""",
        (at, number, number),
    )


def wake(db: sqlite3.Connection, change: Wake) -> int:
    """What was not tried yet is held back for a reason: a quiet time, or a digest."""
    sql = "UPDATE outbox SET not_before = min(not_before, ?) WHERE sink = ? AND attempts > 0 AND ended IS NULL"
    return sum(db.execute(sql, (change.at, sink)).rowcount for sink in change.sinks)


def drop(db: sqlite3.Connection, change: Drop) -> int:
    """Nobody need hear that a person has dropped it."""
    count = db.execute(
        "UPDATE outbox SET state = 'dropped', ended = ?, error = ? WHERE ended IS NULL AND (id = ? OR ?)",
        (change.at, _BY_HAND, change.id, change.id is None),
    ).rowcount
    _forget_old(db, "dropped", change.at)
    return count
