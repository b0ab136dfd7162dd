"""The outbox: what is told becomes a row in the transaction of what it tells of, and stays until it is delivered.

Each function is one change of model/outbox.py, or a Tell, inside the caller's transaction. Whether something is told is
core/notices.py's. Invariant: a row is `pending` until somebody has accepted it or it is given up, which is counted;
no sink has more than MOST_PENDING rows that wait, and of the others the last KEPT are kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sexton.core.digest import digest_of
from sexton.core.notice_text import title
from sexton.core.notices import decide_notice
from sexton.core.slots import iso
from sexton.model.notice import Incident, Tell
from sexton.model.outbox import Again, Delivered, Drop, Gather, Gone, Partly, Remind, Routes, Undelivered, Wake
from sexton.model.units import Instant
from sexton.store.claims import storable

MOST_PENDING = 5_000  # rows of one sink; some 1 kB each
KEPT = 1_000
_BY_HAND = "dropped by hand"


def tell(db: sqlite3.Connection, change: Tell) -> int:
    """Judge what has happened by what the route was told last, and write both."""
    before, since = _told(db, change)
    incident, said = decide_notice(before, change.rule, change.word)
    since = change.at if before is Incident.WELL else since
    notice = {**change.notice, "outcome": said or change.word, "since": iso(since)}
    if incident is Incident.WELL:
        if before is not Incident.WELL:
            db.execute("DELETE FROM told WHERE subject = ? AND route = ?", (change.subject, change.rule.route))
    elif incident is not before:
        _remember(db, change, incident, since, notice)
    else:
        _refresh(db, change, notice)
    if said is None:
        return 0
    _insert(db, change, notice)
    return 1


def tell_all(db: sqlite3.Connection, changes: Iterable[Tell]) -> int:
    return sum(tell(db, change) for change in changes)


def _told(db: sqlite3.Connection, change: Tell) -> tuple[Incident, Instant]:
    sql = "SELECT incident, since FROM told WHERE subject = ? AND route = ?"
    row = db.execute(sql, (change.subject, change.rule.route)).fetchone()
    return (Incident.WELL, change.at) if row is None else (Incident(row[0]), row[1])


def _remember(
    db: sqlite3.Connection, change: Tell, incident: Incident, since: Instant, notice: Mapping[str, Any]
) -> None:
    remind = None if change.rule.repeat is None else change.at + change.rule.repeat
    db.execute(
        """INSERT INTO told (subject, route, incident, since, remind, run, notice) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (subject, route) DO UPDATE
           SET incident = excluded.incident, remind = excluded.remind, run = excluded.run, notice = excluded.notice""",
        (change.subject, change.rule.route, incident, since, remind, notice.get("run"), _spelled(notice)),
    )


def _refresh(db: sqlite3.Connection, change: Tell, notice: Mapping[str, Any]) -> None:
    """What is reminded of is the last that went wrong."""
    if change.word in change.rule.on and change.rule.repeat is not None:
        sql = "UPDATE told SET run = ?, notice = ? WHERE subject = ? AND route = ?"
        db.execute(sql, (notice.get("run"), _spelled(notice), change.subject, change.rule.route))


def remind(db: sqlite3.Connection, change: Remind) -> int:
    """Nothing where the incident is over by now, or was reminded of already."""
    key = (change.subject, change.rule.route)
    sql = "SELECT notice FROM told WHERE subject = ? AND route = ? AND remind <= ?"
    row = db.execute(sql, (*key, change.at)).fetchone()
    if row is None:
        return 0
    db.execute("UPDATE told SET remind = ? WHERE subject = ? AND route = ?", (change.again, *key))
    notice = {**json.loads(row[0]), "reminder": True}
    _insert(db, change, notice)
    return 1


def gather(db: sqlite3.Connection, change: Gather) -> int:
    """The rows that a digest is made of are delivered with it: they leave the outbox."""
    found = db.execute(
        "SELECT id, notice FROM outbox WHERE sink = ? AND digest AND not_before <= ? AND ended IS NULL ORDER BY id",
        (change.sink, change.at),
    ).fetchall()
    if not found:
        return 0
    notice = {"kind": "digest", "outcome": "digest", **digest_of(json.loads(notice) for _, notice in found)}
    first = notice["items"][0]
    notice |= {"title": f"{len(found)} notice{'' if len(found) == 1 else 's'}", "time": iso(change.at)}
    notice |= {key: first[key] for key in ("host", "instance", "version") if key in first}
    db.executemany("DELETE FROM outbox WHERE id = ?", [(number,) for number, _ in found])
    sql = "INSERT INTO outbox (sink, notice, created, not_before) VALUES (?, ?, ?, ?)"
    db.execute(sql, (change.sink, _spelled(notice), change.at, change.at))
    _keep_bounds(db, change.sink, change.at)
    return 1


def _insert(db: sqlite3.Connection, change: Tell | Remind, notice: Mapping[str, Any]) -> None:
    named = notice if "title" in notice else {**notice, "title": title(notice)}
    rule, told = change.rule, (named.get("run"), _spelled(named))
    db.execute(
        "INSERT INTO outbox (sink, subject, run, notice, digest, created, not_before) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (rule.sink, change.subject, *told, rule.digest is not None, change.at, change.not_before),
    )
    _keep_bounds(db, rule.sink, change.at)


def _keep_bounds(db: sqlite3.Connection, sink: str, at: Instant) -> None:
    (waiting,) = db.execute("SELECT count(*) FROM outbox WHERE sink = ? AND ended IS NULL", (sink,)).fetchone()
    if waiting > MOST_PENDING:
        sql = "SELECT id FROM outbox WHERE sink = ? AND ended IS NULL ORDER BY id LIMIT ?"
        oldest = [row[0] for row in db.execute(sql, (sink, waiting - MOST_PENDING))]
        _give_up(db, oldest, at, f"more than {MOST_PENDING} were waiting")


def _give_up(db: sqlite3.Connection, numbers: Iterable[int], at: Instant, why: str) -> None:
    for number in numbers:
        row = db.execute("SELECT sink FROM outbox WHERE id = ? AND ended IS NULL", (number,)).fetchone()
        if row is not None:
            sql = "UPDATE outbox SET state = 'given_up', ended = ?, error = ? WHERE id = ?"
            db.execute(sql, (at, why, number))
            _count(db, row[0], "given_up")


def delivered(db: sqlite3.Connection, change: Delivered) -> None:
    refused = _refused(db, change.id, change.refused)
    sql = "UPDATE outbox SET state = 'delivered', ended = ?, error = ?, attempts = attempts + 1 WHERE id = ?"
    db.execute(sql + " AND ended IS NULL", (change.at, refused, change.id))
    _count(db, change.sink, "delivered")
    _answered(db, change, refused)
    _forget_old(db)


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
        _give_up(db, [change.id], change.at, error)
        _forget_old(db)
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


def _forget_old(db: sqlite3.Connection) -> None:
    db.execute(
        """DELETE FROM outbox WHERE id IN
           (SELECT id FROM outbox WHERE ended IS NOT NULL ORDER BY ended DESC LIMIT 100 OFFSET ?)""",
        (KEPT,),
    )


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
        _give_up(db, [change.id], change.at, error)
        _forget_old(db)


def _count(db: sqlite3.Connection, sink: str, what: str) -> None:
    sql = f"INSERT INTO sink (name, {what}) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET {what} = {what} + 1"
    db.execute(sql, (sink,))


def keep_routes(db: sqlite3.Connection, change: Routes) -> dict[str, int]:
    for subject, route in db.execute("SELECT subject, route FROM told").fetchall():
        if (subject, route) not in change.routes:
            db.execute("DELETE FROM told WHERE subject = ? AND route = ?", (subject, route))
    waiting = db.execute("SELECT id, sink FROM outbox WHERE ended IS NULL").fetchall()
    lost = [(number, sink) for number, sink in waiting if sink not in change.sinks]
    _give_up(db, [number for number, _ in lost], change.at, "the plan has this sink no more")
    return dict(Counter(sink for _, sink in lost))


def again(db: sqlite3.Connection, change: Again) -> int | Gone:
    """What was given up may grow as old as a new one. What goes before one that is named does not pause either."""
    if change.id is not None:
        row = db.execute("SELECT sink FROM outbox WHERE id = ? AND state <> 'delivered'", (change.id,)).fetchone()
        if row is not None and row[0] not in change.sinks:
            return Gone(row[0])
        _wake_before(db, change.id, change.at)
    known = f"sink IN ({', '.join('?' * len(change.sinks))}) AND state <> 'delivered'"
    which, asked = ("(ended IS NULL OR error <> ?)", _BY_HAND) if change.id is None else ("id = ?", change.id)
    return db.execute(
        f"""UPDATE outbox SET not_before = ?, created = CASE WHEN ended IS NULL THEN created ELSE ? END,
                              state = 'pending', ended = NULL
            WHERE {known} AND {which}""",
        (change.at, change.at, *change.sinks, asked),
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
    sql = "SELECT id FROM outbox WHERE ended IS NULL AND (id = ? OR ?)"
    found = [row[0] for row in db.execute(sql, (change.id, change.id is None))]
    _give_up(db, found, change.at, _BY_HAND)
    return len(found)


def _spelled(notice: Mapping[str, Any]) -> str:
    return storable(json.dumps(notice, ensure_ascii=False, default=list))


MAKES: Mapping[type, Callable[[sqlite3.Connection, Any], object]] = {
    Tell: tell,
    Remind: remind,
    Gather: gather,
    Delivered: delivered,
    Partly: partly,
    Undelivered: undelivered,
    Routes: keep_routes,
    Again: again,
    Drop: drop,
    Wake: wake,
}
