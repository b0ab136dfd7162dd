"""Processes, as the engine sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sexton.model.process import Bounds, Process
from sexton.model.run import Exit
from sexton.model.step import StepRecord
from sexton.model.units import Instant


class Child(Protocol):
    """A started process: its pid (also its process group and session) and the read end of its output pipe."""

    @property
    def pid(self) -> int: ...

    @property
    def output(self) -> int: ...

    @property
    def errors(self) -> int | None:
        """The read end of standard error's own pipe, where the process's log keeps it apart."""

    @property
    def input(self) -> int | None:
        """The write end of its standard input, where it is fed."""

    @property
    def report(self) -> int | None:
        """The read end of the pipe on which it tells how its steps go, where it conducts some."""


class Carrier(Protocol):
    """A living process that carries our mark: `fd` is a pidfd, readable once it has ended."""

    @property
    def pid(self) -> int: ...

    @property
    def fd(self) -> int: ...

    @property
    def env(self) -> Mapping[str, str]: ...

    def signal(self, signum: int) -> None: ...

    def close(self) -> None: ...


class Spawner(Protocol):
    """Processes. A mark is `NAME=value`, several joined by NUL, as they stand in a process's environment."""

    def spawn(self, process: Process, env: Mapping[str, str]) -> Child:
        """Start a process. Raises SpawnError, and nothing is left over then."""

    def reveal(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The same with the secrets that it names, for a process to read. Raises SpawnError."""

    def redacted(self, text: str) -> str:
        """The same without any secret."""

    def conduct(
        self, process: Process, env: Mapping[str, str], order: Mapping[str, Any], secrets: Sequence[str]
    ) -> Child:
        """Start the conductor of a job's steps, told `order` and the values of `secrets`. Raises SpawnError."""

    def steps_done(self, folder: str, owner: str, names: Sequence[str]) -> list[StepRecord]:
        """The records of the first steps, of those that are called `names`, that are done in `folder`, which a run has
        left that is `owner`. The last may be one that had begun: it is `lost`."""

    def prune_steps(self, folder: str, before: Instant, spare: Sequence[str]) -> None:
        """Remove, in a thread, what runs' steps have left in `folder` and have not touched since `before`; not those
        of `spare`, as `JOB/run-ID`."""

    def announce(self, bounds: Bounds) -> None:
        """Say at once when processes cannot be given such bounds here."""

    @property
    def trouble(self) -> str | None:
        """Why processes go without the bounds that they should have."""

    def signal_group(self, pid: int, signum: int) -> None:
        """Send a signal to the process group of `pid`; a group that is gone is not an error."""

    def signal(self, pid: int, signum: int) -> None:
        """Send a signal to one process that has not been reaped; not permitted is not an error."""

    def group_alive(self, pid: int) -> bool: ...

    def kill_tree(self, pid: int, mark: str) -> int:
        """KILL the group of `pid` (0: none), what is below it, and every carrier of `mark`; how many carriers."""

    def kill_all(self, mark: str) -> int:
        """KILL every carrier of `mark` and everything below us; how many that were at least."""

    def carriers(self, mark: str) -> Iterable[Carrier]:
        """Every living process but this one that carries `mark`; the caller closes each."""

    def reap(self) -> Iterable[tuple[int, Exit]]:
        """Collect every process that has ended, ours and orphans alike."""
