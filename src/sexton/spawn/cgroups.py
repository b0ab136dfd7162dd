"""Cgroups of processes that are bounded as a whole, with all that they start: memory and number (cgroups(7)).

Each process gets a cgroup of its own, `sexton-PID.NUMBER.OWNER`, which it enters before it is its program, and which is
removed once nothing of it lives. Loaded for such processes alone. Invariant: what cannot be bounded is said, once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from sexton.model.errors import SpawnError
from sexton.model.process import Bounds
from sexton.spawn.cgroup_home import Unavailable, find, prepare, write

if TYPE_CHECKING:
    from sexton.model.run import Exit
    from sexton.spawn.process import Child

OWNERS = ("SEXTON_SERVICE", "SEXTON_RUN_ID")


class Cgroup(NamedTuple):
    """`mark` is the variable by which the processes in it can be found."""

    path: str
    mark: str
    bounds: Bounds


class Cgroups:
    """`say` hears why processes go without bounds; `folder` is the cgroup that we are in, where that is known."""

    def __init__(self, say: Callable[[str], None], folder: str | None = None) -> None:
        self._troubles: dict[tuple[str, ...], str] = {}  # by the controllers that would be needed
        self._say = say
        self._folder = folder
        self._of: dict[int, Cgroup] = {}  # by the process that it was made for
        self._left: list[Cgroup] = []  # their process has ended, something else in them perhaps not
        self._count: int | None = None  # of those made so far; None until those of before a reexec were looked for

    @property
    def trouble(self) -> str | None:
        """Why processes go without bounds; None while all have them."""
        return next(iter(self._troubles.values()), None)

    def spawn(self, bounds: Bounds, env: Mapping[str, str], start: Callable[[int], Child]) -> Child:
        """What `start` returns, called with the descriptor by which its child enters its cgroup, -1 where no cgroup can
        be made. Raises SpawnError."""
        self._remove_empty()
        base = self.base(bounds)
        if base is None:
            return start(-1)
        cgroup = self._make(base, bounds, env)
        try:
            entrance = os.open(f"{cgroup.path}/cgroup.procs", os.O_WRONLY | os.O_CLOEXEC)
            try:
                child = start(entrance)
            finally:
                os.close(entrance)
        except BaseException:
            self._left.append(cgroup)
            self._remove_empty()
            raise
        self._of[child.pid] = cgroup
        return child

    def base(self, bounds: Bounds) -> str | None:
        """The folder for cgroups of such bounds; None where there can be none, which is said."""
        try:
            base = prepare(self._folder or find(), bounds.controllers, os.getpid())
        except Unavailable as error:
            if self._troubles.get(bounds.controllers) != str(error):
                self._troubles[bounds.controllers] = str(error)
                self._say(f"limits: {' and '.join(bounds.controllers)} cannot be limited: {error}")
            return None
        self._troubles.pop(bounds.controllers, None)
        if self._count is None:
            self._count = self._adopt(base)
        return base

    def ended(self, pid: int, ended: Exit) -> Exit:
        """The exit of a process, with the bound that it or its children ran into."""
        cgroup = self._of.pop(pid, None)
        if cgroup is not None:
            ended = ended._replace(limit=_reached(cgroup))
            self._left.append(cgroup)
        self._remove_empty()
        return ended

    def kill(self, mark: str) -> None:
        """KILL all that is in cgroups of those whom `mark` names, or in all of them when it names none."""
        marks = mark.split("\0")
        everyone = not any(each.partition("=")[0] in OWNERS for each in marks)
        for cgroup in (*self._of.values(), *self._left):
            if everyone or cgroup.mark in marks:
                with suppress(OSError):  # Linux before 5.14 has no cgroup.kill; whoever is found otherwise is killed
                    write(f"{cgroup.path}/cgroup.kill", "1")

    def _make(self, base: str, bounds: Bounds, env: Mapping[str, str]) -> Cgroup:
        self._count = (self._count or 0) + 1
        owner = next((name for name in OWNERS if name in env), "")
        path = f"{base}/sexton-{os.getpid()}.{self._count}.{env.get(owner, 'process')}"
        cgroup = Cgroup(path, f"{owner}={env.get(owner)}", bounds)
        try:
            os.mkdir(path)
            for file, value in bounds.files:
                write(f"{path}/{file}", value)
        except OSError as error:
            self._left.append(cgroup)
            raise SpawnError(f"cannot make the cgroup {path}: {error.strerror}") from error
        return cgroup

    def _adopt(self, base: str) -> int:
        """Take up the cgroups that this process has made before it became what it is (execve(2)); the last's number."""
        last, prefix = 0, f"sexton-{os.getpid()}."
        for name in os.listdir(base):
            number, _, owner = name.removeprefix(prefix).partition(".")
            if name.startswith(prefix) and number.isdigit():
                last = max(last, int(number))
                path = f"{base}/{name}"
                cgroup = Cgroup(path, f"{OWNERS[owner.isdigit()]}={owner}", _bounds_of(path))
                self._left.append(cgroup)
                self._of |= {int(pid): cgroup for pid in _content(f"{path}/cgroup.procs").split()}
        return last

    def _remove_empty(self) -> None:
        self._left = [cgroup for cgroup in self._left if not _removed(cgroup.path)]


def _removed(path: str) -> bool:
    try:
        os.rmdir(path)
    except FileNotFoundError:
        return True
    except OSError:  # something in it lives: its end will bring us here again
        return False
    return True


def _reached(cgroup: Cgroup) -> str:
    """The bound that was reached, in words; empty when none was."""
    bounds = cgroup.bounds
    if bounds.memory is not None and _counted(f"{cgroup.path}/memory.events", "oom_kill"):
        return f"memory limit of {_bytes(bounds.memory)} reached"
    if bounds.pids is not None and _counted(f"{cgroup.path}/pids.events", "max"):
        return f"limit of {bounds.pids} processes reached"
    return ""


def _counted(file: str, event: str) -> int:
    """How often the kernel has counted an event; 0 also where that cannot be read, a reason being only words."""
    for line in _content(file).splitlines():
        name, _, count = line.partition(" ")
        if name == event:
            return int(count)
    return 0


def _bounds_of(path: str) -> Bounds:
    """The bounds that a cgroup has."""
    found = [_content(f"{path}/{name}.max").strip() for name in Bounds._fields]
    return Bounds(*(int(each) if each.isdigit() else None for each in found))


def _content(file: str) -> str:
    """What stands in a file; nothing when there is none."""
    with suppress(OSError), open(file) as opened:
        return opened.read()
    return ""


def _bytes(count: int) -> str:
    """A size in the unit in which it is whole."""
    for unit, size in (("GiB", 2**30), ("GB", 10**9), ("MiB", 2**20), ("MB", 10**6), ("KiB", 2**10), ("kB", 10**3)):
        if count % size == 0:
            return f"{count // size} {unit}"
    return f"{count} bytes"
