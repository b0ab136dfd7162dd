"""`python -m benchmarks.sorter sexton|loop FOLDER`: sort `a.csv` there once, and say as JSON what that took."""

import csv
import json
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from benchmarks import proc
from benchmarks.sort import STATES


class Quiet:
    """A Report that nobody reads."""

    def progress(self, done: int, total: int | None, unit: str) -> None: ...

    def count(self, **counts: int) -> None: ...

    def summary(self, name: str, text: str) -> None: ...


def sexton(home: Path) -> int:
    """How many rows are good."""
    from sexton.config.steps.sort import Options
    from sexton.steps.manifest import Manifest
    from sexton.steps.sort import run
    from sexton.steps.work import Work

    schema, source, processed, flagged = (str(home / name) for name in ("schema.json", "a.csv", "good", "bad"))
    options = Options(schema, processed, flagged, from_=(source,))
    handed = run(options, Work(Manifest(), str(home), str(home), datetime.now(UTC), Quiet()))
    return handed.files[0].rows or 0


def loop(home: Path) -> int:
    """A row at a time, its first fault alone, and nothing that the data of this benchmark do not need."""
    number, match, states = 0, re.compile("[A-Z]{2}-[0-9]{5}").fullmatch, frozenset(STATES)
    with (
        open(home / "a.csv", encoding="utf-8", newline="") as source,
        open(home / "good.csv", "w", encoding="utf-8", newline="") as good,
        open(home / "bad.csv", "w", encoding="utf-8", newline="") as bad,
    ):
        rows, right, wrong = csv.reader(source), csv.writer(good).writerow, csv.writer(bad).writerow
        right(next(rows))
        for row in rows:
            id_, amount, day, status, code, name = row
            try:
                if int(id_) < 0 or not 0 <= Decimal(amount) <= 100_000:
                    raise ValueError("out of range")
                date.fromisoformat(day)
                if status not in states or not match(code) or len(name) > 40:
                    raise ValueError("not one of them, no code, or too long")
            except (ValueError, ArithmeticError) as error:
                wrong([rows.line_num, repr(error), *row])
            else:
                right(row)
                number += 1
    return number


SORTERS: dict[str, Callable[[Path], int]] = {"sexton": sexton, "loop": loop}


def main(sorter: str, home: Path) -> None:
    good = SORTERS[sorter](home)
    peak = proc.parse_peak(Path("/proc/self/status").read_text("utf-8"))
    print(json.dumps({"good": good, "seconds": time.process_time(), "peak": peak}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
