"""What is owed, and of which the source has another version by now: that one takes its place, which is said by name.

Who said it owes the other version instead, or nothing. Invariant: no file that was fetched, and that no run which
succeeded had, goes out of the ledger unsaid; said is also where its copy lies.
"""

from collections.abc import Iterable

from sexton.steps.fetch.copies import is_intact
from sexton.steps.fetch.ledger import Had, Owed
from sexton.steps.lines import Lines
from sexton.steps.manifest import Entry
from sexton.steps.names import shown
from sexton.steps.work import Report

_LISTED = 20  # files in a summary


class Superseded:
    def __init__(self, report: Report, lines: Lines) -> None:
        self._report = report
        self._lines = lines
        self._listed: list[str] = []

    def say(self, owed: Owed, had: Had, files: Iterable[Entry] = ()) -> None:
        """The source has the version `had` now, which was unpacked to `files`; what is in these, too, is not lost."""
        if owed.got.had.sha256 == had.sha256:
            return
        handed_on = {entry.sha256 for entry in files}
        for entry in owed.got.files:
            if entry.sha256 not in handed_on:
                self._one(entry, owed.run)

    def _one(self, entry: Entry, fetched_by: str) -> None:
        copy = "is still there" if is_intact(entry) else "is gone or another by now"
        run = "a run by hand" if "/" in fetched_by else f"run {fetched_by}"
        why = f"before any run that had it succeeded: {run} fetched it, and its copy {copy} ({entry.path})"
        self._lines.say("superseded", entry.name, f"by another version at its source, {why}")
        self._report.count(superseded=1)
        if len(self._listed) < _LISTED:
            self._listed.append(f"{shown(entry.name)}: {why}")
            self._report.summary("superseded", "\n".join(self._listed))
