"""What the ingest has so far, for people: counts, records, the end of the ingest's log, and what to try next.

Sexton starts this after every run of `ingest` and tells it about that run in SEXTON_UPSTREAM_*. It only reads.
"""

import csv
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATABASE = HERE / "data" / "ingest.db"
FLAGGED = HERE / "data" / "flagged"
TAIL_BYTES = 64 * 1024

RECORDS = (
    ("hottest", "temp_max", "DESC", "°C"),
    ("coldest", "temp_min", "ASC", "°C"),
    ("wettest", "precipitation", "DESC", "mm"),
)

NEXT = """\
Try next, in a second terminal, from the top of the repository
  .venv/bin/sexton status          what runs, what ran, what comes next
  .venv/bin/sexton runs            every run and how it ended
  .venv/bin/sexton runs 1          the first one, step by step
  .venv/bin/sexton logs ingest     what the last ingest said
  .venv/bin/sexton trigger ingest  ingest now"""

NEXT_AFTER_ONCE = """\
Try next, from the top of the repository
  ./run                            the same, and then daily at eight, until Ctrl-C"""


def main() -> None:
    lines = tail_length(os.environ.get("SUMMARY_LINES", "12"))
    say(*ending())
    if DATABASE.exists():
        with closing(sqlite3.connect(f"{DATABASE.as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            say(*weather(db), *flagged())
    else:
        say("Nothing is loaded yet.", "")
    say(*places(), *log_tail(os.environ.get("SEXTON_UPSTREAM_LOG", ""), lines))
    say(NEXT_AFTER_ONCE if os.environ.get("EXAMPLE_ONCE") else NEXT)


def tail_length(text: str) -> int:
    if not text.isdecimal():
        sys.exit(f"cannot summarise: SUMMARY_LINES is {text!r}; a number of lines such as 12 would be right")
    return int(text)


def ending() -> Iterator[str]:
    outcome = os.environ.get("SEXTON_UPSTREAM_OUTCOME")
    if outcome:
        yield f"Run {os.environ.get('SEXTON_UPSTREAM_RUN_ID')} of {os.environ.get('SEXTON_UPSTREAM_JOB')} {outcome}."
        yield ""


def weather(db: sqlite3.Connection) -> Iterator[str]:
    days, first, last = db.execute("SELECT count(*), min(date), max(date) FROM weather").fetchone()
    files = db.execute("SELECT count(*) FROM sexton_load").fetchone()[0]
    yield "The weather of Seattle"
    yield f"  loaded    {days} days from {files} files" + (f", {first} to {last}" if days else "")
    for name, column, order, unit in RECORDS:
        best = db.execute(f"SELECT {column}, date FROM weather ORDER BY {column} {order}, date LIMIT 1").fetchone()
        if best:
            yield f"  {name:9} {best[0]} {unit} on {best[1]}"


def flagged() -> Iterator[str]:
    """How many rows had to be flagged, and why; a row with two faults has two lines."""
    found: Counter[str] = Counter()
    rows = set()
    for path in FLAGGED.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                rows.add((path, line["line"]))
                found[f"{line['column'] or 'row'}: {line['reason'].partition(':')[0]}"] += 1
    yield f"  flagged   {len(rows)} rows"
    for reason, number in sorted(found.items(), key=lambda each: (-each[1], each[0])):
        yield f"  {number:7}   {reason}"
    yield ""


def places() -> Iterator[str]:
    yield f"Where it is: {HERE / 'data'}"
    yield "  ingest.db                       SQLite: the tables weather and sexton_load"
    yield "  delivered/                      the good rows of each file"
    yield "  flagged/YYYY/mm/dd/             the others: file, line, column, value, reason, row"
    yield "  backup/raw/YYYY/mm/dd/          the files as they came"
    yield "  backup/processed/YYYY/mm/dd/    the files as they were delivered"
    yield ""


def log_tail(path: str, lines: int) -> Iterator[str]:
    """The last lines of the log, of no more than its last 64 KiB."""
    if not path:
        return
    with open(path, "rb") as file:
        file.seek(-min(TAIL_BYTES, file.seek(0, os.SEEK_END)), os.SEEK_END)
        text = file.read().decode("utf-8", errors="replace")
    yield f"The end of its log ({path})"
    for line in text.splitlines()[-lines:] if lines else []:
        yield f"  | {line}"
    yield ""


def say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"cannot summarise: {error}")
