"""Questions about history: model/ledger.py's questions as SQL, rows as values. Reads only.

Every question that the daemon asks by itself walks an index: newest runs, newest of a job, open rows, and one step
per job for `Latest`, however long the history is.
"""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sexton.core.slots import fire_slot
from sexton.model.ledger import NOTHING, Attempt, Attempts, Decision, Find, Latest, Row, Steps, Succeeded
from sexton.model.run import Outcome

COLUMNS = ", ".join(f"run.{field}" for field in Row._fields)
_BACKFILL = Row._fields.index("backfill")
_ENV = Row._fields.index("env")
_OUTCOME = Row._fields.index("outcome")
_OPEN = frozenset({"queued", "claimed"})

# The conditions repeat those of the index run_latest word for word: SQLite takes a partial index only then.
# CROSS JOIN keeps the order of the loops: jobs outside, one step into the index inside.
LATEST = f"""
SELECT {COLUMNS} FROM job CROSS JOIN run ON run.id = (
    SELECT newest.id FROM run AS newest
    WHERE newest.job = job.name AND newest.claimed IS NOT NULL AND newest.outcome NOT IN ('skipped', 'missed')
    ORDER BY newest.ended DESC, newest.id DESC LIMIT 1
)
ORDER BY job.name
"""

ATTEMPTS = f"SELECT {', '.join(Attempt._fields)} FROM attempt WHERE run = ? ORDER BY attempt"

# Slots of ranges begin with their first instant, so the newest that begins no later is the last in the order of text;
# only within one second that order is not the order of time.
OF_SLOT = f"SELECT {COLUMNS} FROM run WHERE job = ? AND slot = ?"
RANGES = f"SELECT {COLUMNS} FROM run WHERE job = ? AND slot >= 'missed:' AND slot < ? ORDER BY slot DESC LIMIT 8"


def answer(db: sqlite3.Connection, question: object) -> tuple[Any, ...]:
    """The rows, attempts or notices that answer `question`. Raises TypeError for what is no question, sqlite3.Error."""
    if isinstance(question, Find):
        sql, values = find_sql(question)
        return tuple(_row(record) for record in db.execute(sql, values))
    if isinstance(question, Latest):
        return tuple(_row(record) for record in db.execute(LATEST))
    if isinstance(question, Attempts):
        return tuple(_attempt(record) for record in db.execute(ATTEMPTS, (question.run_id,)))
    if isinstance(question, Succeeded):
        return tuple(db.execute("SELECT job, max(ended) FROM run WHERE outcome = 'succeeded' GROUP BY job"))
    if isinstance(question, Decision):
        return _decision(db, question)
    if isinstance(question, Steps):
        from sexton.store import steps

        return steps.read(db, question.run_id)
    if type(question).__module__ == "sexton.model.outbox":
        from sexton.store import waiting

        found = waiting.answer(db, question)
        if found is not None:
            return found
    raise TypeError(f"{type(question).__name__} is no question to the ledger")


def find_sql(question: Find) -> tuple[str, list[object]]:
    """The statement and its values; newest first."""
    conditions: list[str] = []
    values: list[object] = []
    for column, value in (
        *(("id =", question.run_id), ("job =", question.job), ("slot =", question.slot)),
        *(("fire_time =", question.fire_time), ("id <", question.before_id)),
    ):
        if value is not None:
            conditions.append(f"{column} ?")
            values.append(value)
    for column, words in (("state", question.states), ("outcome", question.outcomes)):
        if words:
            conditions.append(f"{column} IN ({', '.join('?' * len(words))})")
            values.extend(words)
    if question.states and _OPEN.issuperset(question.states):
        conditions.append("ended IS NULL")  # as the index run_open says
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    return f"SELECT {COLUMNS} FROM run {where}ORDER BY id DESC LIMIT ?", [*values, max(question.limit, 0)]


def _decision(db: sqlite3.Connection, question: Decision) -> tuple[Row, ...]:
    slot = fire_slot(question.at)
    found = db.execute(OF_SLOT, (question.job, slot)).fetchall()
    if not found:
        beyond = f"missed:{slot[: len('2026-11-22T08:00:00')]}~"  # after all that begin in the same second
        ranges = map(_row, db.execute(RANGES, (question.job, beyond)))
        return tuple(row for row in ranges if (row.fire_time or 0) <= question.at <= (row.last or 0))[:1]
    return (_row(found[0]),)


def _row(record: Sequence[Any]) -> Row:
    values = list(record)
    if values[_OUTCOME] is not None:
        values[_OUTCOME] = Outcome(values[_OUTCOME])
    values[_ENV] = json.loads(values[_ENV]) if values[_ENV] else NOTHING
    values[_BACKFILL] = bool(values[_BACKFILL])
    return Row(*values)


def _attempt(record: Sequence[Any]) -> Attempt:
    found = Attempt(*record)
    return found._replace(outcome=Outcome(found.outcome))
