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
from sexton.store.claims import storable
from sexton.store.settling import again, delivered, drop, give_up, partly, undelivered, wake

MOST_PENDING = 5_000  # rows of one sink; some 1 kB each


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
        give_up(db, oldest, at, f"more than {MOST_PENDING} were waiting")


def keep_routes(db: sqlite3.Connection, change: Routes) -> dict[str, int]:
    for subject, route in db.execute("SELECT subject, route FROM told").fetchall():
        if (subject, route) not in change.routes:
            db.execute("DELETE FROM told WHERE subject = ? AND route = ?", (subject, route))
    waiting = db.execute("SELECT id, sink FROM outbox WHERE ended IS NULL").fetchall()
    lost = [(number, sink) for number, sink in waiting if sink not in change.sinks]
    give_up(db, [number for number, _ in lost], change.at, "the plan has this sink no more")
    return dict(Counter(sink for _, sink in lost))


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
