"""Questions about the outbox: what may be delivered now, what else waits, and how sinks have done. Reads only.

Every question that the daemon asks by itself walks an index of what waits, however much was delivered before.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sexton.model.outbox import DueNotices, DueNow, Incidents, Outbox, Outgoing, Record, Records

_COLUMNS = "id, sink, notice, created, not_before, attempts, error, state, ended"
_TAIL = "coalesce((SELECT run.tail FROM run WHERE run.id = outbox.run), '')"
_RECORD = "name, delivered, failed, given_up, last_delivered, failing_since, error"
_AT_ONCE = 100  # reminders
_LATELY = 1_000  # notices that were given up


def answer(db: sqlite3.Connection, question: object) -> tuple[Any, ...] | None:
    """The answer, or None for what is no question about the outbox. Raises sqlite3.Error."""
    if isinstance(question, DueNow):
        return _due(db, question)
    if isinstance(question, Outbox):
        return _outbox(db, question)
    if isinstance(question, Records):
        return _records(db, question)
    if isinstance(question, Incidents):
        return tuple(db.execute("SELECT DISTINCT subject FROM told"))
    return None


def _due(db: sqlite3.Connection, question: DueNow) -> DueNotices:
    counts = "SELECT sink, count(*), min(CASE WHEN digest THEN not_before END) FROM outbox WHERE ended IS NULL"
    waiting = db.execute(f"{counts} GROUP BY sink").fetchall()
    return DueNotices(
        rows=tuple(row for sink in question.sinks for row in _oldest(db, sink, question.at)),
        digests=tuple(sink for sink, _, first in waiting if first is not None and first <= question.at),
        reminders=tuple(
            db.execute("SELECT subject, route FROM told WHERE remind <= ? LIMIT ?", (question.at, _AT_ONCE))
        ),
        next=_next(db, question.at),
        pending={sink: number for sink, number, _ in waiting},
        given_up=db.execute("SELECT coalesce(sum(given_up), 0) FROM sink").fetchone()[0],
    )


def _records(db: sqlite3.Connection, question: Records) -> tuple[Record, ...]:
    lately: dict[str, tuple[int, ...]] = {}
    sql = "SELECT sink, ended FROM outbox WHERE ended >= ? AND state = 'given_up' ORDER BY ended DESC LIMIT ?"
    for sink, ended in db.execute(sql, (question.since, _LATELY)):
        lately[sink] = (*lately.get(sink, ()), ended)
    rows = db.execute(f"SELECT {_RECORD} FROM sink ORDER BY name").fetchall()
    return tuple(Record(*row)._replace(lately=lately.get(row[0], ())) for row in rows)


def _oldest(db: sqlite3.Connection, sink: str, at: int) -> list[Outgoing]:
    sql = f"""SELECT {_COLUMNS}, {_TAIL}, recipients, refused, asked FROM outbox
              WHERE sink = ? AND NOT digest AND not_before <= ? AND ended IS NULL AND NOT EXISTS (
                  SELECT 1 FROM outbox AS older
                  WHERE older.sink = outbox.sink AND older.subject = outbox.subject AND older.subject <> ''
                    AND older.id < outbox.id AND older.ended IS NULL AND older.attempts > 0 AND older.not_before > ?
                    AND older.recipients IS NULL)
              ORDER BY id LIMIT 1"""
    return [
        _outgoing(row)._replace(recipients=tuple(json.loads(recipients or "[]")), refused=refused, asked=asked)
        for *row, recipients, refused, asked in db.execute(sql, (sink, at, at))
    ]


def _next(db: sqlite3.Connection, at: int) -> int | None:
    """When the first of what is not due yet will be."""
    sql = """SELECT min(first) FROM (
        SELECT min(not_before) AS first FROM outbox WHERE ended IS NULL AND not_before > ?
        UNION ALL SELECT min(remind) FROM told WHERE remind > ?)"""
    found = db.execute(sql, (at, at)).fetchone()[0]
    return None if found is None else int(found)


def _outbox(db: sqlite3.Connection, question: Outbox) -> tuple[Outgoing, ...]:
    states = f"WHERE state IN ({', '.join('?' * len(question.states))})" if question.states else ""
    sql = f"SELECT {_COLUMNS} FROM outbox {states} ORDER BY id DESC LIMIT ?"
    return tuple(_outgoing(row) for row in db.execute(sql, (*question.states, question.limit)))


def _outgoing(row: Sequence[Any]) -> Outgoing:
    number, sink, notice, *rest = row
    return Outgoing(number, sink, json.loads(notice), *rest)
