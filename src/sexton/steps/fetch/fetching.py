"""From a new file at a source to files in `into`: downloaded, kept raw if asked for, unpacked if asked for, and written
down in the run's ledger.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from itertools import count
from sqlite3 import Connection
from typing import NamedTuple

from sexton.config.steps.fetch import Existing, Options
from sexton.steps.fetch import ledger
from sexton.steps.fetch.copies import is_intact
from sexton.steps.fetch.download import Download, TooLarge
from sexton.steps.fetch.ledger import Got, Had, Owed
from sexton.steps.fetch.refusals import Refusals
from sexton.steps.fetch.source import Changed, Found, Source, Unreadable
from sexton.steps.fetch.superseded import Superseded
from sexton.steps.fetch.unpack import Bounds, Member, Unusable, is_archive, unpack
from sexton.steps.lines import Lines
from sexton.steps.manifest import Entry
from sexton.steps.names import numbered, shown, unpacked
from sexton.steps.parts import Parts
from sexton.steps.placing import place
from sexton.steps.troubles import Writing, told
from sexton.steps.work import Report


class Books(NamedTuple):
    """The job's ledger, the run's, the parts that are not whole yet, and how the run is called."""

    known: Connection
    got: Connection
    parts: Parts
    run: str


class Fetching:
    def __init__(self, options: Options, books: Books, report: Report, lines: Lines) -> None:
        self._options = options
        self._books = books
        self._report = report
        self._lines = lines
        self._files: list[Entry] = []
        self._paths: set[str] = set()  # that this run has given to files
        self.refusals = Refusals(report, lines)
        self._superseded = Superseded(report, lines)
        self._others = False  # whether there is any file that was not refused
        self._bytes = 0
        self._of: int | None = 0
        self._count = 0

    def keep(self) -> None:
        """Take over what earlier attempts of this run have, as far as it is still as it was."""
        parts = self._books.parts
        for got in list(ledger.taken(self._books.got)):
            parts.forget(parts.path(self._options.into, got.had.found.address))
            if all(is_intact(entry) for entry in got.files):
                self._have(got)
                for entry in got.files:
                    self._lines.say("kept", entry.name, "of an earlier attempt")
            else:
                ledger.drop(self._books.got, got.had.found.address)

    def fetch(self, news: Sequence[tuple[str, Source, Found]]) -> None:
        """Fetch, each from the address that was asked for, until there are `max_files`."""
        sizes = [found.size for *_, found in news]
        self._of = None if None in sizes else sum(size or 0 for size in sizes)
        for asked, source, found in news:
            if self.has_room(found):
                with told(f"fetch {shown(found.name)}"), Writing(self._options.into):
                    self._one(asked, source, found)

    def has_room(self, found: Found) -> bool:
        """Whether this run may have one more; what it may not have is left."""
        if self._count < self._options.max_files:
            return True
        self.leave([found], "for the next run: `max_files` are there")
        return False

    def take_over(self, got: Got) -> None:
        """Hand on what an earlier run fetched, where it lies, under names that nothing else of this run has."""
        files = tuple(entry._replace(name=self._free_name(entry.name)) for entry in got.files)
        for entry in files:
            self._lines.say("kept", entry.name, f"of a run that failed: {entry.path}, which its source no longer has")
        self._report.count(kept=len(files))
        ledger.take(self._books.got, Got(got.had, files))
        self._have(Got(got.had, files))

    def _free_name(self, name: str) -> str:
        """One that is nobody's yet, and is somebody's from now on."""
        called = next(each for number in count(1) if self._place(each := numbered(name, number)) not in self._paths)
        self._paths.add(self._place(called))
        return called

    def give_up(self, found: Found) -> None:
        """The source has again what a run that succeeded had: what was fetched of it since is owed no longer."""
        had = ledger.known(self._books.known, found)
        owed = self._supersede(had) if had else None
        if owed is not None:
            ledger.settle(self._books.known, [owed.got])

    def _supersede(self, had: Had, files: Sequence[Entry] = ()) -> Owed | None:
        """What is owed of a file that the source has in the version `had` now, and which was said to be."""
        owed = ledger.owed_of(self._books.known, had.found.address)
        if owed is not None:
            self._superseded.say(owed, had, files)
        return owed

    def leave(self, founds: Iterable[Found], why: str) -> None:
        for found in founds:
            self._others = True
            self._lines.say("left", found.name, why)
            self._report.count(left=1)

    def end(self, unchanged: int) -> tuple[Entry, ...]:
        """All files that this run has. Raises StepError, when what was refused makes the step fail."""
        if unchanged:
            self._report.count(unchanged=unchanged)
        self._lines.end()
        self.refusals.judge(self._options.strict, self._others or bool(unchanged))
        if not self._files:
            print("nothing is new", flush=True)
        return tuple(self._files)

    def _one(self, asked: str, source: Source, found: Found) -> None:
        parts, known = self._books.parts, ledger.known(self._books.known, found)
        os.makedirs(self._options.into, exist_ok=True)
        download = Download(source, parts, self._options.into, self._options.max_size, self._heard)
        whole = download.path(found)
        try:
            had = download.fetch(found, known)
            if had is None or (known is not None and had.sha256 == known.sha256):
                self._unchanged(found, had)
                self.give_up(found)
            else:
                self._take(asked, had, whole)
        except Changed:
            self.leave([found], "which changed while it was read")
        except (TooLarge, Unusable) as error:
            self.refusals.refuse(found, str(error))
        except Unreadable as error:
            self.refusals.miss(found, error.error)
        parts.forget(whole)

    def _unchanged(self, found: Found, had: Had | None) -> None:
        if had is not None:
            ledger.remember(self._books.known, iter([had]))
        self._others = True
        self._lines.say("unchanged", found.name)
        self._report.count(unchanged=1)

    def _take(self, asked: str, had: Had, whole: str) -> None:
        """Place the file `whole`, or what is in it, and write it down."""
        if self._options.backup:
            self._back_up(had, whole)
        is_packed = self._options.unpack and is_archive(had.found.name)
        files = self._unpacked(had, whole) if is_packed else (self._placed(whole, _entry(had)),)
        got = Got(had, files)
        self._supersede(had, files)
        ledger.owe(self._books.known, got, asked, self._books.run)
        ledger.take(self._books.got, got)
        self._have(got)
        for entry in files:
            self._lines.say("fetched", had.found.name, f"as {entry.path}")
        self._report.count(fetched=len(files), bytes=had.found.size or 0)

    def _back_up(self, had: Had, whole: str) -> None:
        folder = self._options.backup or ""
        os.makedirs(folder, exist_ok=True)
        path = self._books.parts.path(folder, had.found.address)
        opened = self._books.parts.open_anew(path, "")
        with Writing(folder), open(opened, "wb") as copy, open(whole, "rb") as original:
            shutil.copyfileobj(original, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
            place(path, folder, had.found.name, had.sha256)
        self._books.parts.forget(path)

    def _unpacked(self, had: Had, whole: str) -> tuple[Entry, ...]:
        parts, options = self._books.parts, self._options
        folder = parts.path(options.into, f"{had.found.address}\0unpacked")
        last = had.found.name.rpartition("/")[2]
        parts.make_folder(folder)

        def leave(name: str) -> None:
            self._lines.say("left", f"{last}/{name}", "out, which macOS put there for itself")

        try:
            bounds = Bounds(had.found.size or 0, options.max_files, options.max_size, options.max_ratio)
            members = unpack(whole, last, folder, bounds, leave)
            names = _names(had.found.name, members)
            return tuple(
                self._placed(member.path, Entry("", name, member.size, member.sha256))
                for member, name in zip(members, names, strict=True)
            )
        finally:
            parts.forget(folder)

    def _placed(self, whole: str, entry: Entry) -> Entry:
        replace = self._options.existing is Existing.REPLACE
        placed = place(whole, self._options.into, entry.name, entry.sha256, self._paths, replace=replace)
        self._paths.add(placed.path)
        return entry._replace(path=placed.path, name=placed.name)

    def _have(self, got: Got) -> None:
        self._files += got.files
        self._paths.update(path for entry in got.files for path in (entry.path, self._place(entry.name)))
        self._count += 1
        self._others = True

    def _place(self, name: str) -> str:
        return os.path.join(os.path.abspath(self._options.into), name)

    def _heard(self, more: int) -> None:
        self._bytes += more
        self._report.progress(self._bytes, self._of, "bytes")


def _entry(had: Had) -> Entry:
    return Entry("", had.found.name, had.found.size or 0, had.sha256)


def _names(archive: str, members: Sequence[Member]) -> list[str]:
    """What comes out lies in a folder that is called as the archive; but a single file of that name lies beside it."""
    base = unpacked(archive)
    if [member.name for member in members] == [base.rpartition("/")[2]]:
        return [base]
    return [f"{base}/{member.name}" for member in members]
