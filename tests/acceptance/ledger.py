"""The ledger of a Sexton that is not running: read as it stands, or set back in time so that no test has to wait."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rows(home: Path, job: str | None = None) -> list[dict[str, Any]]:
    """The rows of history, oldest first."""
    with open_ledger(home) as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute("SELECT * FROM run ORDER BY id")]
    return [row for row in found if job in (None, row["job"])]


def outcomes(home: Path) -> list[tuple[str, str]]:
    return [(row["job"], row["outcome"]) for row in rows(home)]


def output(row: dict[str, Any]) -> bytes:
    """The whole log of a run, by its row or view."""
    return Path(row["log"]).read_bytes()


def set_watermark(home: Path, job: str, moment: datetime) -> None:
    """Let every fire time of `job` after `moment` be undecided."""
    with open_ledger(home) as db:
        assert db.execute("UPDATE job SET watermark = ? WHERE name = ?", (micros(moment), job)).rowcount == 1


def age(home: Path, job: str, by: timedelta) -> None:
    """Let the runs of `job` have ended earlier than they did (which the ledger itself would never allow)."""
    with open_ledger(home) as db:
        (guard,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'ended_runs_never_change'").fetchone()
        db.execute("DROP TRIGGER ended_runs_never_change")
        db.execute("UPDATE run SET ended = ended - ? WHERE job = ?", (by // timedelta(microseconds=1), job))
        db.execute(guard)


@contextmanager
def open_ledger(home: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(home / "state/state.db")) as db, db:
        yield db


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def iso(instant: int) -> str:
    return (EPOCH + timedelta(microseconds=instant)).isoformat().replace("+00:00", "Z")
