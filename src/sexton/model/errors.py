"""The error tree. Messages read `cannot X: reason (where); fix`.

    SextonError
    ├── ConfigError      the plan cannot be made; carries every problem           → exit 78
    ├── ScheduleError    an expression that is no schedule; names the field
    ├── SpawnError       a process that could not be started
    ├── StoreError       the ledger cannot be read or written
    ├── HandOverError    one image of Sexton cannot leave, or take up, what another did
    ├── StateHeld        another Sexton has the state                             → exit 75
    └── Refused          a request that cannot be granted; carries a kind         → 404, 409, 503 …

Every error that a person meets ends in one of the exit codes of sysexits(3) below.
"""

from collections.abc import Sequence
from typing import NamedTuple

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNAVAILABLE = 69
EXIT_TEMPFAIL = 75
EXIT_NOPERM = 77
EXIT_CONFIG = 78


class SextonError(Exception):
    """Root of all errors that Sexton raises on purpose."""


class Problem(NamedTuple):
    """One thing wrong with a configuration: `file:line: message`; line 0 means the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}"


class ConfigError(SextonError):
    """The configuration cannot be used; `problems` holds everything that is wrong with it, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ScheduleError(SextonError):
    """A text that is no schedule. `field` names the part at fault ("minute", "day of week"), or is None."""

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(f"{field}: {message}" if field else message)


class SpawnError(SextonError):
    """A process could not be started."""


class StoreError(SextonError):
    """The ledger cannot be read or written; what was asked for did not happen."""


class StateHeld(SextonError):
    """Another Sexton holds the state database."""


class HandOverError(SextonError):
    """What an image of Sexton leaves to the next cannot be written, or not be read."""


class Refused(SextonError):
    """A request that cannot be granted. `kind` is `not_found`, `conflict`, `invalid` or `unavailable`."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)
