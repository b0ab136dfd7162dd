"""The step `load`: the rows of files go to a table, each file in one transaction with its row in a ledger.

The ledger, the table `sexton_load` of the same database, knows files by what is in them. Invariant: what the same bytes
say is in a table once, whatever dies in between and however often it is tried. What it was handed on, it hands on. A
file that is refused keeps no other from being loaded; the step fails when it is through with all of them.
"""

import hashlib
import os
from collections.abc import Iterable
from glob import glob

from sexton.config.steps.load import Options, verify
from sexton.steps import tableschema
from sexton.steps.alarm import at_the_latest
from sexton.steps.deadline import Deadline
from sexton.steps.errors import StepError
from sexton.steps.lines import Lines
from sexton.steps.load.database import Database, Loading
from sexton.steps.load.feed import Feed
from sexton.steps.load.ledger import Before
from sexton.steps.load.refused import Refused
from sexton.steps.manifest import Entry, Manifest
from sexton.steps.meanwhile import meanwhile
from sexton.steps.options import refuse
from sexton.steps.troubles import told
from sexton.steps.work import Report, Work


def run(options: Options, work: Work) -> Manifest:
    refuse(verify(options))
    entries = _found(options) if options.from_ else work.input.files
    schema = tableschema.read(options.schema) if options.schema else None
    loading = Loading(options, schema, work, Deadline(options.deadline))
    lines = Lines()
    with at_the_latest(loading.deadline, "load"), _opened(loading) as database:
        refused = _load(database, entries, work, lines)
    lines.end()
    refused.end(work.report)
    return Manifest(entries)


def prepare(options: Options) -> None:
    """Load what takes long to be loaded."""
    if not _is_sqlite(options):
        from sexton.steps.postgres import driver

        driver()


def _found(options: Options) -> tuple[Entry, ...]:
    """Hashed while the rest is loaded."""
    with meanwhile(lambda: prepare(options)):
        return tuple(_entries_of(options.from_))


def _load(database: Database, entries: Iterable[Entry], work: Work, lines: Lines) -> Refused:
    total = sum(entry.size for entry in entries)
    before = 0
    refused = Refused()
    for entry in entries:
        start = before
        passed = lambda size, start=start: work.report.progress(start + size, total, "bytes")  # noqa: E731
        with refused.noting(entry.name, work.report, lines):
            _tell(database.load(Feed(entry, passed)), entry.name, work.report, lines)
        before += entry.size
    return refused


def _tell(rows: int | Before, name: str, report: Report, lines: Lines) -> None:
    if isinstance(rows, Before):
        report.count(known=1)
        lines.say("known", name, rows.told(name))
    else:
        report.count(files=1, rows=rows)
        lines.say("loaded", name, f"{rows} rows")


def _opened(loading: Loading) -> Database:
    if _is_sqlite(loading.options):
        from sexton.steps.load.sqlite import Sqlite

        return Sqlite(loading)
    from sexton.steps.load.postgres import Postgres

    return Postgres(loading)


def _is_sqlite(options: Options) -> bool:
    return options.to.lower().startswith("sqlite:")


def _entries_of(patterns: Iterable[str]) -> Iterable[Entry]:
    for pattern in patterns:
        paths = sorted(glob(pattern, recursive=True))
        if not paths:
            raise StepError(f"cannot load {pattern}: there is no such file")
        for path in paths:
            with told(f"load {path}"), open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = os.fstat(file.fileno()).st_size
            yield Entry(os.path.abspath(path), os.path.basename(path), size, digest)
