"""What the step `load` wants of a database, and what each of them is told."""

from types import TracebackType
from typing import NamedTuple, Protocol, Self

from sexton.config.steps.load import Options
from sexton.config.steps.tableschema import Schema
from sexton.steps.deadline import Deadline
from sexton.steps.errors import StepError
from sexton.steps.load.feed import Feed
from sexton.steps.load.ledger import Before
from sexton.steps.work import Work


class Late(StepError):
    """A newer attempt goes on in the place of this one."""


class Loading(NamedTuple):
    options: Options
    schema: Schema | None
    work: Work
    deadline: Deadline

    def late(self) -> str:
        """What to say to an attempt whose run has a newer one."""
        return f"cannot load: run {self.work.run} has a newer attempt than this one, which goes on in its place"


class Database(Protocol):
    """A context manager; everything raises StepError."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def load(self, feed: Feed) -> int | Before:
        """Load the file in one transaction. The number of its rows, or what there is of a load before. Raises a mere
        StepError, none of its kinds, where the file alone is at fault: the next one may be loaded."""
