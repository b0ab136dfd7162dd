"""How rows come into the ledger: jobs made known, runs claimed, queued, or written as skipped or missed.

Each function is one change of model/ledger.py inside the caller's transaction; the writer is alone, so what is read
here holds until the commit. Invariant: one row per (job, slot); a job's fence and watermark only grow.
"""

import json
import sqlite3
from collections.abc import Mapping

from sexton.model.ledger import Claim, Claimed, Closed, Enlist, Enlisted, Queued
from sexton.model.units import Instant


def enlist(db: sqlite3.Connection, change: Enlist) -> Enlisted:
    db.executemany(
        """INSERT INTO job (name, schedule, watermark, owed) VALUES (?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE
           SET schedule = excluded.schedule, watermark = max(watermark, excluded.watermark),
               owed = max(owed, excluded.owed)
           WHERE schedule IS NOT excluded.schedule""",
        [(name, schedule, change.now, change.now) for name, schedule in change.schedules.items()],
    )
    known = {name: _standing(db, name) for name in change.schedules}
    return Enlisted(
        {name: watermark for name, (watermark, _) in known.items()}, {name: owed for name, (_, owed) in known.items()}
    )


def _standing(db: sqlite3.Connection, job: str) -> tuple[Instant, Instant]:
    watermark, owed = db.execute("SELECT watermark, owed FROM job WHERE name = ?", (job,)).fetchone()
    return watermark, owed


def claim(db: sqlite3.Connection, change: Claim) -> Claimed | None:
    """A claim that is already ours is answered again, so asking twice after a lost answer is safe."""
    row = db.execute(
        "SELECT id, state, token, fence FROM run WHERE job = ? AND slot = ?", (change.job, change.slot)
    ).fetchone()
    if row is None:
        return _claim_new(db, change)
    run_id, state, token, fence = row
    if state == "queued":
        return _claim_queued(db, change, run_id)
    _move_watermark(db, change.job, change.watermark)
    ours = state == "claimed" and token == change.token
    return Claimed(run_id, fence) if ours else None


def _claim_new(db: sqlite3.Connection, change: Claim) -> Claimed:
    fence = _next_fence(db, change.job, change.watermark)
    cursor = db.execute(
        """INSERT INTO run (job, slot, state, token, fence, fire_time, created, claimed, env)
           VALUES (?, ?, 'claimed', ?, ?, ?, ?, ?, ?)""",
        (change.job, change.slot, change.token, fence, change.fire_time, change.at, change.at, _spelled(change.env)),
    )
    return Claimed(cursor.lastrowid or 0, fence)


def _claim_queued(db: sqlite3.Connection, change: Claim, run_id: int) -> Claimed:
    fence = _next_fence(db, change.job, change.watermark)
    db.execute(
        """UPDATE run SET state = 'claimed', token = ?, fence = ?, claimed = ?, fire_time = coalesce(fire_time, ?)
           WHERE id = ?""",
        (change.token, fence, change.at, change.fire_time, run_id),
    )
    return Claimed(run_id, fence)


def _next_fence(db: sqlite3.Connection, job: str, watermark: Instant | None) -> int:
    db.execute(
        """INSERT INTO job (name, watermark, fence) VALUES (?, ?, 1)
           ON CONFLICT (name) DO UPDATE SET fence = fence + 1, watermark = max(watermark, excluded.watermark)""",
        (job, watermark or 0),
    )
    return int(db.execute("SELECT fence FROM job WHERE name = ?", (job,)).fetchone()[0])


def _move_watermark(db: sqlite3.Connection, job: str, watermark: Instant | None) -> None:
    if watermark is not None:
        db.execute(
            """INSERT INTO job (name, watermark) VALUES (?, ?)
               ON CONFLICT (name) DO UPDATE SET watermark = max(watermark, excluded.watermark)""",
            (job, watermark),
        )


def queue(db: sqlite3.Connection, change: Queued) -> int | None:
    _move_watermark(db, change.job, change.watermark)
    if not _met(db, change):
        return None
    cursor = db.execute(
        """INSERT INTO run (job, slot, state, fire_time, created, env, backfill)
           VALUES (?, ?, 'queued', ?, ?, ?, ?)
           ON CONFLICT (job, slot) DO NOTHING""",
        (change.job, change.slot, change.fire_time, change.at, _spelled(change.env), change.backfill),
    )
    return cursor.lastrowid if cursor.rowcount == 1 else None


def close(db: sqlite3.Connection, change: Closed) -> int | None:
    """The watermark moves also where the slot has a row already: decided is decided, whoever did it."""
    _move_watermark(db, change.job, change.watermark)
    if not _met(db, change):
        return None
    cursor = db.execute(
        """INSERT INTO run (job, slot, state, fire_time, last, number, created, ended, outcome, reason)
           VALUES (?, ?, 'ended', ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (job, slot) DO NOTHING""",
        (
            change.job,
            change.slot,
            change.fire_time,
            change.last,
            change.number,
            change.at,
            change.at,
            change.outcome.value,
            storable(change.reason),
        ),
    )
    if cursor.rowcount != 1:
        return None
    row = cursor.lastrowid
    if change.tell:
        from sexton.store.outbox import tell_all

        tell_all(db, change.tell)
    return row


def _met(db: sqlite3.Connection, change: Queued | Closed) -> bool:
    """Whether the newest run for the same fire time of each job that is needed has ended as is needed."""
    return all(_outcome(db, need.job, change.fire_time) in need.on for need in change.needs)


def _outcome(db: sqlite3.Connection, job: str, fire_time: Instant | None) -> str | None:
    found = db.execute(
        "SELECT outcome FROM run WHERE job = ? AND fire_time = ? ORDER BY id DESC LIMIT 1", (job, fire_time)
    ).fetchone()
    return found[0] if found else None


def _spelled(env: Mapping[str, str]) -> str:
    return json.dumps(dict(env)) if env else ""


def storable(text: str) -> str:
    """Text that UTF-8 can hold: lone surrogates (bytes that were no UTF-8) become `\\udcXX`, as Python shows them."""
    return text.encode("utf-8", "backslashreplace").decode()
