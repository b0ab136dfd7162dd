"""What each route was told last of a subject that is not well: the memory by which the next word is judged.

Part of the transaction of what is told. Invariant: a row is there from the first notice of an incident until it is
over, or until the plan has the route no more; it is reminded of as the plan's rule says, also one that came later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, NamedTuple

from sexton.model.notice import Incident, Tell
from sexton.model.outbox import Remind, Routes
from sexton.model.units import Instant
from sexton.store.claims import storable


class Reminder(NamedTuple):
    """What went wrong last, and the outbox's row that said so last, if any."""

    notice: Mapping[str, Any]
    before: int | None


def standing(db: sqlite3.Connection, change: Tell) -> tuple[Incident, Instant]:
    """Where the incident stands, and since when there is one; that of no incident begins now."""
    sql = "SELECT incident, since FROM told WHERE subject = ? AND route = ?"
    row = db.execute(sql, (change.subject, change.rule.route)).fetchone()
    return (Incident.WELL, change.at) if row is None else (Incident(row[0]), row[1])


def move(
    db: sqlite3.Connection, change: Tell, to: Incident, since: Instant, notice: Mapping[str, Any], *, told: bool
) -> None:
    """The incident goes on as `to`; what is reminded of is the last that went wrong."""
    key = (change.subject, change.rule.route)
    if to is Incident.WELL:
        db.execute("DELETE FROM told WHERE subject = ? AND route = ?", key)
    elif not told:
        db.execute("UPDATE told SET incident = ? WHERE subject = ? AND route = ?", (to, *key))
    else:
        remind = None if change.rule.repeat is None else change.at + change.rule.repeat
        db.execute(
            """INSERT INTO told (subject, route, incident, since, remind, run, notice) VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (subject, route) DO UPDATE SET incident = excluded.incident, remind = excluded.remind,
                                                          run = excluded.run, notice = excluded.notice""",
            (*key, to, since, remind, notice.get("run"), spelled(notice)),
        )


def refresh(db: sqlite3.Connection, change: Tell, notice: Mapping[str, Any]) -> None:
    """It went wrong again, which is no news."""
    if change.word in change.rule.on and change.rule.repeat is not None:
        sql = "UPDATE told SET run = ?, notice = ? WHERE subject = ? AND route = ?"
        db.execute(sql, (notice.get("run"), spelled(notice), change.subject, change.rule.route))


def reminder(db: sqlite3.Connection, change: Remind) -> Reminder | None:
    """What there is to be reminded of; None where the incident is over by now, or was reminded of already."""
    sql = "SELECT notice, reminder FROM told WHERE subject = ? AND route = ? AND remind <= ?"
    row = db.execute(sql, (change.subject, change.rule.route, change.at)).fetchone()
    return None if row is None else Reminder({**json.loads(row[0]), "reminder": True}, row[1])


def reminded(db: sqlite3.Connection, change: Remind, number: int) -> None:
    """The row `number` has said it once more."""
    sql = "UPDATE told SET remind = ?, reminder = ? WHERE subject = ? AND route = ?"
    db.execute(sql, (change.again, number, change.subject, change.rule.route))


def keep(db: sqlite3.Connection, change: Routes) -> None:
    """Forget what no route is told of any more; of the rest, remind as the plan says now."""
    for subject, route, remind in db.execute("SELECT subject, route, remind FROM told").fetchall():
        if (subject, route) not in change.routes:
            db.execute("DELETE FROM told WHERE subject = ? AND route = ?", (subject, route))
            continue
        repeat = change.routes[subject, route]
        at = None if repeat is None else min(change.at + repeat, remind or change.at + repeat)
        if at != remind:
            db.execute("UPDATE told SET remind = ? WHERE subject = ? AND route = ?", (at, subject, route))


def spelled(notice: Mapping[str, Any]) -> str:
    """As JSON."""
    return storable(json.dumps(notice, ensure_ascii=False, default=list))
