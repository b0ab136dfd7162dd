"""The steps of runs: written with the end of a run or of an attempt, in its transaction, and read again.

Loaded when there are some. Invariant: an attempt's record of a step is written once and stays.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from sexton.model.step import Handed, StepRecord, StepState
from sexton.store.claims import storable

_COLUMNS = tuple(field for field in StepRecord._fields if field != "progress")
_WRITE = f"INSERT OR IGNORE INTO step (run, {', '.join(_COLUMNS)}) VALUES (?{', ?' * len(_COLUMNS)})"
_READ = f"SELECT {', '.join(_COLUMNS)} FROM step WHERE run = ? ORDER BY number, attempt"


def write(db: sqlite3.Connection, run: int, steps: Iterable[StepRecord]) -> None:
    """Put down what became of the steps; those that an earlier attempt has done stand there already."""
    db.executemany(_WRITE, [(run, *(_stored(getattr(step, column)) for column in _COLUMNS)) for step in steps])


def _stored(value: Any) -> Any:
    if isinstance(value, Handed):
        return json.dumps(value._asdict())
    if isinstance(value, Mapping):
        return json.dumps(dict(value))
    return storable(str(value)) if isinstance(value, str) else value


def read(db: sqlite3.Connection, run: int) -> tuple[StepRecord, ...]:
    return tuple(map(_record, db.execute(_READ, (run,))))


def _record(row: Any) -> StepRecord:
    found = dict(zip(_COLUMNS, row, strict=True))
    found |= {field: json.loads(found[field]) for field in ("counts", "summaries")}
    found |= {field: _handed(found[field]) for field in ("input", "output")}
    return StepRecord(**{**found, "state": StepState(found["state"])})


def _handed(text: str | None) -> Handed | None:
    return None if text is None else Handed(**json.loads(text))
