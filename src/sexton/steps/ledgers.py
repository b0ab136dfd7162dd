"""A step's own database in the job's folder: what it did in earlier runs.

What was committed survives whatever kills the process. A power cut may cost the last of it, until the step has ended:
then all is on the disk. So nothing may be lost, only done again, where the newest rows are missing.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sexton.steps.errors import StepError, Temporary

_PATIENCE = 30.0  # seconds for another run of the job to be done writing


@contextmanager
def ledger(home: str, name: str, tables: str) -> Iterator[sqlite3.Connection]:
    """The database `NAME.db` in `home`, with `tables`, in autocommit."""
    path = os.path.join(home, f"{name}.db")
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.executescript(tables)
            yield db
    except sqlite3.OperationalError as error:
        raise Temporary(f"cannot use the ledger: {error} ({path})") from error
    except sqlite3.DatabaseError as error:
        raise StepError(
            f"cannot use the ledger: {error} ({path}); move it away, and everything counts as new"
        ) from error
