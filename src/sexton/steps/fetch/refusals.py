"""The files that may not be used or cannot be read: each is refused for itself, said and counted, and the others go on.

At the end it is judged whether the step is done all the same: not when it is `strict`, nor when what could not be read
is all that there is.
"""

from sexton.steps.errors import StepError
from sexton.steps.fetch.ledger import key
from sexton.steps.fetch.source import Found
from sexton.steps.lines import Lines
from sexton.steps.names import shown
from sexton.steps.work import Report

_LISTED = 20  # names in a summary


class Refusals:
    def __init__(self, report: Report, lines: Lines) -> None:
        self._report = report
        self._lines = lines
        self._reasons: dict[str, str] = {}  # by address: sources are listed more than once
        self._unread: StepError | None = None
        self.missed: set[str] = set()  # the keys of those that cannot be read

    def refuse(self, found: Found, reason: str) -> None:
        if found.address not in self._reasons:
            self._reasons[found.address] = f"{shown(found.name)}: {reason}"
            self._lines.say("refused", found.name, f"because {reason}")
            self._report.count(refused=1)

    def miss(self, found: Found, error: StepError) -> None:
        """It cannot be read, and why."""
        self._unread = self._unread or error
        self.missed.add(key(found.address))
        self.refuse(found, f"one {error}")

    def judge(self, strict: bool, others: bool) -> None:
        """All files have had their turn; `others` tells whether there is any that was not refused. Raises StepError,
        of the kind that the first file met with that could not be read."""
        reasons = list(self._reasons.values())
        if not reasons:
            return
        self._report.summary("refused", "\n".join(reasons[:_LISTED]))
        if self._unread is not None and not others:
            raise self._unread
        if strict:
            more = f", and {len(reasons) - 1:,} more" if len(reasons) > 1 else ""
            raise type(self._unread or StepError(""))(f"cannot fetch all: {reasons[0]}{more}")
