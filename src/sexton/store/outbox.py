"""The outbox: what is told becomes a row in the transaction of what it tells of, and stays until it is delivered.

Each function is one change of model/outbox.py, or a Tell, inside the caller's transaction. Whether something is told is
core/notices.py's, what becomes of a row settling.py's. Invariant: a row is `pending` until somebody has accepted it, or
it is given up, which is counted; no sink has more than MOST_PENDING rows that wait.
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
from sexton.model.outbox import Again, Delivered, Drop, Gather, Partly, Remind, Routes, Undelivered, Wake
from sexton.model.units import Instant
from sexton.store import incidents
from sexton.store.incidents import spelled
from sexton.store.settling import again, delivered, drop, give_up, partly, undelivered, wake

MOST_PENDING = 5_000  # rows of one sink; some 1 kB each


def tell(db: sqlite3.Connection, change: Tell) -> int:
    """Judge what has happened by what the route was told last, and write both."""
    before, since = incidents.standing(db, change)
    incident, said = decide_notice(before, change.rule, change.word)
    since = change.at if before is Incident.WELL else since
    notice = {**change.notice, "outcome": said or change.word, "since": iso(since)}
    if incident is not before:
        incidents.move(db, change, incident, since, notice, told=said is not None)
    elif incident is not Incident.WELL:
        incidents.refresh(db, change, notice)
    if said is None:
        return 0
    _insert(db, change, notice)
    return 1


def tell_all(db: sqlite3.Connection, changes: Iterable[Tell]) -> int:
    return sum(tell(db, change) for change in changes)


def remind(db: sqlite3.Connection, change: Remind) -> int:
    """Once more of an incident that lasts. Of its reminders the newest alone waits."""
    found = incidents.reminder(db, change)
    if found is None:
        return 0
    db.execute("DELETE FROM outbox WHERE id = ? AND ended IS NULL", (found.before,))
    incidents.reminded(db, change, _insert(db, change, found.notice))
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
    db.execute(sql, (change.sink, spelled(notice), change.at, change.at))
    _keep_bounds(db, change.sink, change.at)
    return 1


def _insert(db: sqlite3.Connection, change: Tell | Remind, notice: Mapping[str, Any]) -> int:
    """The number of the new row."""
    named = notice if "title" in notice else {**notice, "title": title(notice)}
    rule, told = change.rule, (named.get("run"), spelled(named))
    cursor = db.execute(
        "INSERT INTO outbox (sink, subject, run, notice, digest, created, not_before) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (rule.sink, change.subject, *told, rule.digest is not None, change.at, change.not_before),
    )
    _keep_bounds(db, rule.sink, change.at)
    return cursor.lastrowid or 0


def _keep_bounds(db: sqlite3.Connection, sink: str, at: Instant) -> None:
    (waiting,) = db.execute("SELECT count(*) FROM outbox WHERE sink = ? AND ended IS NULL", (sink,)).fetchone()
    if waiting > MOST_PENDING:
        sql = "SELECT id FROM outbox WHERE sink = ? AND ended IS NULL ORDER BY id LIMIT ?"
        oldest = [row[0] for row in db.execute(sql, (sink, waiting - MOST_PENDING))]
        give_up(db, oldest, at, f"more than {MOST_PENDING} were waiting")


def keep_routes(db: sqlite3.Connection, change: Routes) -> dict[str, int]:
    incidents.keep(db, change)
    waiting = db.execute("SELECT id, sink FROM outbox WHERE ended IS NULL").fetchall()
    lost = [(number, sink) for number, sink in waiting if sink not in change.sinks]
    give_up(db, [number for number, _ in lost], change.at, "the plan has this sink no more")
    return dict(Counter(sink for _, sink in lost))


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
