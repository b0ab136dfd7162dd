"""Delivering many files: `parallel` lanes, each with a place of its own and going on with the next file by itself.

What goes wrong with one file does not stop the others, and is raised when they are done; what would go wrong with all
of them stops every lane.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from sexton.config.steps.deliver import Options
from sexton.steps.deadline import Deadline
from sexton.steps.deliver.one import How, deliver
from sexton.steps.deliver.place import place_of
from sexton.steps.errors import StepError
from sexton.steps.lines import Lines
from sexton.steps.manifest import Entry
from sexton.steps.troubles import told
from sexton.steps.work import Report

_NAMED = 3  # failures that are told in full at the end


class Delivery:
    """Of `entries`; what is shared by the lanes is behind one lock."""

    def __init__(self, options: Options, entries: Sequence[Entry], report: Report) -> None:
        self._options = options
        self._deadline = Deadline(options.deadline)
        self._report = report
        self._lines = Lines()
        self._lock = Lock()
        self._waiting: Iterator[Entry] = iter(entries)
        self._lanes = min(options.parallel, len(entries))
        self._total = sum(entry.size for entry in entries)
        self._done = 0
        self._failed: list[StepError] = []
        self._stopped = False

    def all(self) -> None:
        """Raises the first error that stopped it all, or one that names the files that are not delivered."""
        if self._lanes == 1:
            self._lane()
        elif self._lanes:
            with ThreadPoolExecutor(self._lanes) as pool:
                lanes = [pool.submit(self._lane) for _ in range(self._lanes)]
            for lane in lanes:
                lane.result()
        self._lines.end()
        if self._failed:
            more = len(self._failed) - _NAMED
            texts = [str(error) for error in self._failed[:_NAMED]] + ([f"and {more} more"] if more > 0 else [])
            raise StepError("; ".join(texts))

    def _lane(self) -> None:
        place = place_of(self._options, self._deadline)
        try:
            place.enter(self._options.make_folders)
            while (entry := self._next()) is not None:
                try:
                    with told(f"deliver {entry.name}"):
                        self._told(entry, deliver(entry, place, self._options, self._progress))
                except StepError as error:
                    if type(error) is not StepError:
                        raise
                    self._fail(entry, error)
        except BaseException:
            self._stopped = True
            raise
        finally:
            place.close()

    def _next(self) -> Entry | None:
        with self._lock:
            return None if self._stopped else next(self._waiting, None)

    def _progress(self, more: int) -> None:
        self._deadline.left("deliver")
        with self._lock:
            self._done += more
            self._report.progress(self._done, self._total, "bytes")

    def _told(self, entry: Entry, how: How) -> None:
        if how is not How.DELIVERED:
            self._progress(entry.size)
        with self._lock:
            self._lines.say(how.value, entry.name, f"({entry.size:,} bytes)")
            self._report.count(**{how.value: 1})

    def _fail(self, entry: Entry, error: StepError) -> None:
        with self._lock:
            self._lines.say("failed", entry.name, str(error).partition(": ")[2])
            self._report.count(failed=1)
            self._failed.append(error)
