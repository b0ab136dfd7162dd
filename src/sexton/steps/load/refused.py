"""Files that were refused while the others were loaded: noted one by one, and told of at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from sexton.steps.errors import StepError
from sexton.steps.lines import Lines
from sexton.steps.names import shown
from sexton.steps.work import Report

_NAMED = 20  # files, and no more
_LONGEST = 500  # characters of a line that says why


class Refused:
    """Keeps the first error, and some names."""

    def __init__(self) -> None:
        self._first: StepError | None = None
        self._number = 0
        self._others: list[str] = []

    @contextmanager
    def noting(self, name: str, report: Report, lines: Lines) -> Iterator[None]:
        """A block in which one file is loaded. What is more than this file's matter goes through."""
        try:
            yield
        except StepError as error:
            if type(error) is not StepError:
                raise
            self._note(error, name)
            report.count(refused=1)
            lines.say("refused", name, str(error)[:_LONGEST])

    def _note(self, error: StepError, name: str) -> None:
        self._number += 1
        if self._first is None:
            self._first = error
        elif len(self._others) < _NAMED:
            self._others.append(shown(name))

    def end(self, report: Report) -> None:
        """Raises StepError, if any file was refused."""
        if self._first is None:
            return
        more = self._number - 1 - len(self._others)
        others = ", ".join(self._others) + (f" and {more} more" if more else "")
        said = f"{self._first}; refused as well: {others}" if others else str(self._first)
        report.summary("refused", said)
        raise StepError(said) from self._first
