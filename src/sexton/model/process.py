"""A process: what to start, as whom, within which limits, what becomes of its output, and how it is asked to end."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from sexton.model.log import Log
from sexton.model.units import SECOND, Duration

if TYPE_CHECKING:
    from sexton.model.secret import SecretUse


class Reach(StrEnum):
    """Whom a signal is for: the whole process group, or the process alone."""

    GROUP = "group"
    PROCESS = "process"


class Stop(NamedTuple):
    """How a process is asked to end: `signal` to its group, then KILL for every descendant after `timeout`. With other
    reaches the signal, or KILL, is for the process alone: what it has started is left alone then."""

    signal: int = 15
    timeout: Duration = 10 * SECOND
    reach: Reach = Reach.GROUP
    kill_reach: Reach = Reach.GROUP


class User(NamedTuple):
    """As whom a process runs: every one of its user ids is `uid`, every group id `gid`, and its supplementary groups
    are `groups` (credentials(7)). `name` is how the configuration calls them."""

    name: str
    uid: int
    gid: int
    groups: tuple[int, ...]


UNLIMITED = -1  # a limit without bound, as the resource module has it


class Limit(NamedTuple):
    """A resource limit (getrlimit(2)): `name` is `nofile` for RLIMIT_NOFILE, in that one's unit. Without `hard` the
    hard limit stays as it is, unless `soft` is above it."""

    name: str
    soft: int
    hard: int | None = None

    @property
    def inherited(self) -> bool:
        """Whether the soft limit may be that of the parent for a moment: one of CPU time could end it."""
        return self.name != "cpu"

    @property
    def imposed(self) -> bool:
        """Whether something of it has to be set on the process once that is there."""
        return self.hard is not None or not self.inherited


class Bounds(NamedTuple):
    """What a process and all that it starts may have together (cgroups(7)): `memory` in bytes, `pids` processes and
    threads. None is no bound."""

    memory: int | None = None
    pids: int | None = None

    @property
    def controllers(self) -> tuple[str, ...]:
        return tuple(name for name, bound in zip(self._fields, self, strict=True) if bound is not None)

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """What is written where in a cgroup's folder."""
        return tuple((f"{name}.max", str(getattr(self, name))) for name in self.controllers)


class Socket(NamedTuple):
    """A listening socket that processes share as their standard input: of a `path`, with `mode` and `owner` (user and
    group id, -1 and None: as it comes), or of `host`, an IPv4 address, and `port`. `backlog` None is the most there
    is."""

    path: str = ""
    host: str = ""
    port: int = 0
    backlog: int | None = None
    owner: tuple[int, int] | None = None
    mode: int | None = None


class Process(NamedTuple):
    """What to start: an argument vector (never empty), the folder to start in, what to add to the environment; `None`
    is as Sexton itself has it. `nice` is a process's niceness itself, from -20 to 19, not what to add to ours;
    `stdin` is what it reads on standard input, None nothing.
    `errors_apart`: standard error has a pipe of its own, also where it goes to the same file. `fed`: standard input is
    a pipe that Sexton may write to. `reports`: it has one more pipe, on which it tells how its steps go. `flaw`: why no
    process can be started from `argv`, which every start fails with; empty: it is tried."""

    argv: tuple[str, ...]
    cwd: str | None = None
    env: Mapping[str, str] = MappingProxyType({})
    stop: Stop = Stop()
    secrets: "tuple[SecretUse, ...]" = ()
    log: Log = Log()
    user: User | None = None
    umask: int | None = None
    nice: int | None = None
    limits: tuple[Limit, ...] = ()
    bounds: Bounds | None = None
    no_new_privs: bool = False
    errors_apart: bool = False
    stdin: str | None = None
    fed: bool = False
    socket: Socket | None = None
    reports: bool = False
    flaw: str = ""
