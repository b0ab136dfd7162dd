"""The step `sort`: rows of CSV or JSON lines are held to a Table Schema, the good ones go on, the others are flagged.

All files are sorted before any goes on: where too many rows are flagged, nothing does. The input is left as it is, so
an attempt that was cut off is simply made anew. Memory does not grow with the files.
"""

import os
from collections.abc import Sequence
from contextlib import ExitStack, closing

from sexton.config.steps.sort import Options, verify
from sexton.steps import tableschema
from sexton.steps.drafts import Drafts
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.ledgers import ledger
from sexton.steps.lines import Lines
from sexton.steps.manifest import Manifest
from sexton.steps.names import shown
from sexton.steps.options import refuse
from sexton.steps.parts import Parts
from sexton.steps.sort.file import Places, SortedFile
from sexton.steps.sort.quality import Quality
from sexton.steps.sort.seen import Seen
from sexton.steps.sort.sources import sources
from sexton.steps.sort.table import Table
from sexton.steps.troubles import told
from sexton.steps.work import Work

_WORST = 3  # files that are named when too much is flagged


def run(options: Options, work: Work) -> Manifest:
    """Raises Misconfigured for a schema that cannot be held to, StepError for too many rows that are flagged."""
    refuse(verify(options))
    table = _table(options.schema)
    with told("sort"), ExitStack() as stack:
        db = stack.enter_context(ledger(work.home, "sort", ""))
        parts = stack.enter_context(closing(Parts(db, work.home, work.run)))
        parts.clear(own=True)
        places = Places(*(stack.enter_context(Drafts(parts, to)) for to in (options.processed, options.flagged)))
        files = [SortedFile(source, table, options, places) for source in sources(options.from_, work.input)]
        _sort(files, table, work)
        return _published(files, _quality(files, work), options)


def _published(files: Sequence[SortedFile], quality: Quality, options: Options) -> Manifest:
    """What is flagged is there for a person to read, also where too much is."""
    for file in files:
        if file.flagged is not None:
            file.flagged.publish(file.quality.flagged)
    if quality.exceeds(options.max_flagged):
        where = os.path.abspath(options.flagged)
        most = f"cannot go on: {quality}, and max_flagged is {options.max_flagged}"
        raise StepError(f"{most}{_worst(files)}; see {where}")
    return Manifest(tuple(file.processed.publish(file.quality.good) for file in files if file.processed is not None))


def _worst(files: Sequence[SortedFile]) -> str:
    """Where most of what is flagged lies, if there are several files."""
    bad = [file for file in files if file.quality.flagged]
    if len(files) < 2:
        return ""
    bad.sort(key=lambda file: (-file.quality.flagged, file.source.name))
    named = [f"{shown(file.source.name)} ({file.quality.share})" for file in bad[:_WORST]]
    return f"; flagged in {', '.join(named)}{f' and {len(bad) - _WORST} more' if len(bad) > _WORST else ''}"


def _table(path: str) -> Table:
    schema = tableschema.read(path)
    try:
        return Table(schema)
    except ValueError as error:
        raise Misconfigured(f"cannot use the schema: {error} ({path})") from error


def _sort(files: Sequence[SortedFile], table: Table, work: Work) -> None:
    lines = Lines()
    total = sum(file.source.size for file in files)
    before = 0

    def progress(read: int) -> None:
        work.report.progress(before + read, total, "bytes")

    for file in files:
        if table.rules:
            with Seen(os.path.join(work.folder, "seen.db"), len(table.rules)) as seen:
                file.sort(seen, progress)
        else:
            file.sort(None, progress)
        lines.say("sorted", file.source.name, str(file.quality))
        before += file.source.size
    lines.end()


def _quality(files: Sequence[SortedFile], work: Work) -> Quality:
    """How good all rows are together, and say so."""
    quality = Quality()
    for file in files:
        quality.add(file.quality)
    work.report.count(rows=quality.rows, flagged=quality.flagged)
    work.report.summary("quality", quality.summary())
    return quality
