"""What is told of a run that ends, with what the ledger alone knows of it: the logs of its earlier attempts.

Part of the end's transaction. Invariant: a mail by MAILTO tells of a run that has printed something, in whatever
attempt, and of one that went wrong; of no other.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from sexton.model.ledger import Cancelled, End
from sexton.model.notice import Tell
from sexton.store.outbox import tell_all

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Printed(NamedTuple):
    """The log of an attempt, and how many bytes of it there are."""

    log: str | None
    size: int


def of_end(db: sqlite3.Connection, change: End) -> int:
    """How many notices come of it."""
    attempts = (*_earlier(db, change.run_id), _Printed(change.log, change.log_bytes))
    return tell_all(db, [_told(each, attempts) for each in change.tell if _is_heard(each, attempts)])


def of_cancelled(db: sqlite3.Connection, change: Cancelled) -> int:
    """How many notices come of it. The run waited: what it has printed, if anything, is of attempts before."""
    attempts = _earlier(db, change.run_id)
    return tell_all(db, [_told(each, attempts) for each in change.tell if _is_heard(each, attempts)])


def _earlier(db: sqlite3.Connection, run: int) -> Sequence[_Printed]:
    sql = "SELECT log, log_bytes FROM attempt WHERE run = ? ORDER BY attempt"
    return [_Printed(*row) for row in db.execute(sql, (run,))]


def _is_heard(change: Tell, attempts: Sequence[_Printed]) -> bool:
    """Not by MAILTO, where cron would have sent no mail."""
    silent = not any(attempt.size for attempt in attempts)
    return not (change.rule.to and silent and change.word in ("succeeded", "cancelled"))


def _told(change: Tell, attempts: Sequence[_Printed]) -> Tell:
    *earlier, last = attempts or (_Printed(None, 0),)
    if last.log is None and not earlier:
        return change
    logs = [attempt.log if attempt.size and attempt.log != last.log else None for attempt in earlier]
    return change._replace(notice={**change.notice, "log": last.log, **({"earlier_logs": logs} if any(logs) else {})})
