"""The daily ingest: fetch what is new in the feed, sort its rows, load the good ones, file everything away.

    feed/*.csv ─fetch─► data/incoming/ ─sort, load─► data/ingest.db
                              │                      data/processed/YYYY/mm/dd/   the good rows
                              └───────archive──────► data/flagged/YYYY/mm/dd/     the bad ones, with the reason
                                                     data/backup/YYYY/mm/dd/      the file as it came
It may be killed at any point: a file stays in data/incoming until all of this is done, and the next run starts with
what it finds there. Only the standard library is used.
"""

import csv
import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ledger import Entry, known, load, open_ledger
from rows import Day, Flag, Sorted, sort_rows

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"
INCOMING = DATA / "incoming"


class Count(NamedTuple):
    """What one ingest did."""

    files: int = 0
    loaded: int = 0
    flagged: int = 0


def main() -> None:
    day = run_day(os.environ.get("SEXTON_FIRE_TIME", ""))
    feed = Path(os.environ.get("FEED_DIR") or HERE / "feed")
    run_id = os.environ.get("SEXTON_RUN_ID")
    say(f"Ingest for {day:%Y-%m-%d} from {feed}")
    with closing(open_ledger(DATA / "ingest.db")) as db:
        INCOMING.mkdir(exist_ok=True)
        count = take_in(db, waiting(), day, run_id)  # what an ingest that was cut off left behind
        fetch(db, feed)
        count = add(count, take_in(db, waiting(), day, run_id))
    if count.files:
        say(f"Done: {count.files} files, {count.loaded} days loaded, {count.flagged} rows flagged.")
    else:
        say("Done: nothing new.")


def run_day(fire_time: str) -> datetime:
    """The day that this run stands for, in local time: that of its fire time, else today."""
    try:
        moment = datetime.fromisoformat(fire_time) if fire_time else datetime.now(UTC)
    except ValueError:
        sys.exit(
            f"cannot ingest: SEXTON_FIRE_TIME is {fire_time!r}; a time such as 2026-11-22T08:00:00Z would be right"
        )
    return moment.astimezone()


def waiting() -> list[Path]:
    return sorted(INCOMING.glob("*.csv"))


def fetch(db: sqlite3.Connection, feed: Path) -> None:
    """Copy every file of the feed whose content the ledger does not know; a copy appears whole or not at all."""
    if not feed.is_dir():
        sys.exit(f"cannot fetch: there is no folder {feed}; set FEED_DIR to the one that has the CSV files")
    for source in sorted(feed.glob("*.csv")):
        content = source.read_bytes()
        if known(db, digest(content)) is None:
            write_whole(INCOMING / source.name, content)
            say(f"  fetched   {source.name}: {len(content)} bytes")


def take_in(db: sqlite3.Connection, files: list[Path], day: datetime, run_id: str | None) -> Count:
    count = Count()
    for path in files:
        content = path.read_bytes()
        rows = sort_rows(content)
        say(f"  sorted    {path.name}: {len(rows.good)} good, {len(rows.flagged)} flagged")
        wanted = Entry(digest(content), path.name, f"{day:%Y/%m/%d}", run_id)
        entry = load(db, wanted, rows)
        say(f"  loaded    {path.name}" + ("" if entry is wanted else " (was loaded before it was cut off)"))
        publish(entry, rows)
        archive(entry, path)
        count = add(count, Count(1, len(rows.good), len(rows.flagged)))
    return count


def publish(entry: Entry, rows: Sorted) -> None:
    """Write the good and the flagged rows as CSV; writing them again gives the same bytes in the same place."""
    if rows.good:
        write_csv(place("processed", entry), Day._fields, rows.good)
    if rows.flagged:
        named = ((entry.name, *flag) for flag in rows.flagged)
        write_csv(place("flagged", entry), ("file", *Flag._fields), named)


def archive(entry: Entry, path: Path) -> None:
    target = place("backup", entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)
    say(f"  archived  {target.relative_to(HERE)}")


def place(kind: str, entry: Entry) -> Path:
    """Where a part of a file belongs. The hash in the name keeps two deliveries of one name on one day apart."""
    stem, suffix = os.path.splitext(entry.name)
    return DATA / kind / entry.folder / f"{stem}.{entry.sha256[:8]}{suffix}"


def write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows((header, *rows))


def write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def add(one: Count, other: Count) -> Count:
    return Count(*map(sum, zip(one, other, strict=True)))


def say(line: str) -> None:
    print(line, flush=True)  # a log is read while the run goes on


if __name__ == "__main__":
    try:
        main()
    except (OSError, sqlite3.Error) as error:
        sys.exit(f"cannot ingest: {error}; what was loaded stays, the rest is taken up by the next run")
