"""What the ledger of loads has of each file, in the table `sexton_load` of the database that its rows went to.

By its content a file is known, for each table once, however that is written; the rest is for people. `fence` tells the
attempts of a run apart, and runs are counted by each Sexton for itself: `instance` is whose they are. Each database has
its own way to keep it, beside this module.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sexton.steps.errors import Temporary
from sexton.steps.load.feed import Feed
from sexton.steps.names import shown
from sexton.steps.work import Work

INSTANCE = "instance text NOT NULL DEFAULT ''"  # which tables of before have not
TABLE = (
    """CREATE TABLE IF NOT EXISTS sexton_load (
    target text NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    job text NOT NULL,
    run text NOT NULL,
    fence bigint NOT NULL,
    rows bigint NOT NULL,
    loaded {moment} NOT NULL,
    """
    + INSTANCE
    + """,
    PRIMARY KEY (target, sha256)
)"""
)
INSERT = """INSERT INTO sexton_load (target, sha256, name, job, run, fence, instance, rows, loaded)
    VALUES ({mark}, {mark}, {mark}, {mark}, {mark}, {mark}, {mark}, 0, {now}) ON CONFLICT DO NOTHING"""
NEWEST = "SELECT max(fence) FROM sexton_load WHERE job = {mark} AND run = {mark} AND instance = {mark}"
FILL = "UPDATE sexton_load SET rows = {mark} WHERE target = {mark} AND sha256 = {mark}"
BEFORE = "SELECT name, job, run, {loaded} FROM sexton_load WHERE target = {mark} AND sha256 = {mark}"


class Before(NamedTuple):
    """A load of the same content into the same table: as which file, by which job's run, and when (ISO 8601, UTC)."""

    name: str
    job: str
    run: str
    loaded: str

    def told(self, name: str) -> str:
        """What to say of it to who comes with the file `name`."""
        called = "" if self.name == name else f", as {shown(self.name)},"
        by = f"by run {shown(self.run)} of {shown(self.job)}" if self.job else "by hand"
        return f"was loaded before{called} {by} at {self.loaded}"


def row_of(feed: Feed, target: str, work: Work) -> tuple[str | int, ...]:
    return (target, feed.entry.sha256, feed.entry.name, work.job, work.run, work.fence, work.instance)


def is_late(newest: int | None, work: Work) -> bool:
    """Whether a newer attempt of the run has loaded something. By hand there are no attempts."""
    return bool(work.job) and (newest or 0) > work.fence


def before_of(row: Sequence[Any] | None, feed: Feed) -> Before:
    """Raises Temporary where somebody has taken the row away this very moment."""
    if row is None:
        raise Temporary(f"cannot load {feed.entry.name}: its row in sexton_load is gone since a moment ago")
    return Before(*map(str, row))
