"""Processes and logs that exist only in a table.

A `FakeSpawner`'s processes do what `Life` says for their job or service: end by themselves after a while or when a
test says so, heed their stop signal or not, leave others in their group. They outlive the engine that started them, as
real ones do.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sexton.logs.heard import Heard
from sexton.model.errors import SpawnError
from sexton.model.ledger import LeftLog
from sexton.model.log import Log, Lost
from sexton.model.plan import Keep
from sexton.model.process import Bounds, Process
from sexton.model.run import Exit
from sexton.model.step import StepRecord
from sexton.model.units import Duration, Instant
from sexton.ports import Ear, Loop
from tests.engine.pipes import PIPES

KILL = 9
NO_OUTPUT = -1


class Life(NamedTuple):
    """How the processes of a job or service live. `lasts` None: until the test ends them. `good_from`: the attempt from
    which on they exit with 0, whatever `code` says."""

    lasts: Duration | None = None
    code: int = 0
    stubborn: bool = False  # only KILL ends it
    leaves: bool = False  # leaves a stubborn process behind in its group
    strays: bool = False  # leaves one behind that has a group of its own
    cannot_start: str = ""
    good_from: int | None = None
    says: bytes = b""  # on standard output, of what delivers a notice
    complains: bytes = b""  # on standard error
    judges: Callable[[str], int] | None = None  # the code, by what it was given to read


class Fake:
    """One process. `group` is the pid of its group's leader."""

    def __init__(self, pid: int, group: int, env: Mapping[str, str], life: Life) -> None:
        self.pid = pid
        self.group = group
        self.env = env
        self.life = life

    @property
    def owner(self) -> str:
        """The name of its job or service."""
        return owner(self.env)

    def carries(self, mark: str) -> bool:
        return {*mark.split("\0")} <= {f"{name}={value}" for name, value in self.env.items()}


def owner(env: Mapping[str, str]) -> str:
    """Whose process has this environment."""
    return env.get("SEXTON_JOB") or env.get("SEXTON_SERVICE") or env["SEXTON_SINK"]


def _pipe_with(content: bytes) -> int:
    """What a process has written before it ended, to be read without waiting."""
    reader, writer = PIPES.new()
    os.write(writer, content)
    os.close(writer)
    os.set_blocking(reader, False)
    return reader


class FakeChild(NamedTuple):
    pid: int
    output: int = NO_OUTPUT
    errors: int | None = None
    input: int | None = None
    report: int | None = None


class Talk(NamedTuple):
    """The ends of a process's pipes that are its own."""

    stdin: int
    stdout: int

    def say(self, data: bytes) -> None:
        os.write(self.stdout, data)

    def hear(self) -> bytes:
        """What it was told and has not read yet."""
        try:
            return os.read(self.stdin, 1_000_000)
        except OSError:  # nothing more, or it has ended
            return b""

    def close(self) -> None:
        for end in self:
            with suppress(OSError):
                os.close(end)


class FakeCarrier:
    """Implements ports.Carrier. Its descriptor is a made-up number, which the loop never asks the kernel about."""

    def __init__(self, process: Fake, spawner: "FakeSpawner") -> None:
        self.pid = process.pid
        self.fd = -1000 - process.pid
        self.env = process.env
        self.closed = False
        self._spawner = spawner

    def signal(self, signum: int) -> None:
        if self.pid in self._spawner.alive:
            self._spawner.signal(self.pid, signum)

    def close(self) -> None:
        self.closed = True


class FakeSpawner:
    """Implements ports.Spawner. `started` keeps the environments in order, `signals` what was sent to whom."""

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.announced: list[Bounds] = []
        self.alive: dict[int, Fake] = {}
        self.started: list[Mapping[str, str]] = []
        self.signals: list[tuple[str, int]] = []  # (job or service, signal)
        self.output = NO_OUTPUT  # of whom is started from now on
        self.given: list[FakeCarrier] = []
        self.orders: list[str] = []  # what those that deliver notices were given to read
        self.talks: dict[int, Talk] = {}  # by pid: those that are fed
        self.pruned: list[tuple[str, Instant, Sequence[str]]] = []
        self.looked: list[tuple[str, str, Sequence[str]]] = []
        self.left: list[StepRecord] = []  # what a run has left of its steps
        self.conducted: list[Mapping[str, Any]] = []  # what conductors were told
        self.reporting: dict[int, int] = {}  # by pid of a conductor: where it reports
        self._zombies: list[tuple[int, Exit]] = []
        self._newest = 100
        self._loop: Loop | None = None
        self._on_child: Callable[[], None] = lambda: None

    def attach(self, loop: Loop, on_child: Callable[[], None], *, same_process: bool = False) -> None:
        """Tell a new engine of the dead from now on; those of before are nobody's, unless it is in the same process."""
        self._loop, self._on_child = loop, on_child
        if not same_process:
            self._zombies.clear()

    # ports.Spawner

    def spawn(self, process: Process, env: Mapping[str, str]) -> FakeChild:
        life = self.lives.get(owner(env), Life())
        if life.cannot_start:
            raise SpawnError(life.cannot_start)
        self.started.append(env)
        leader = self._add(env, life, None)
        if life.leaves:
            self._add(env, Life(stubborn=True), leader.pid)
        if life.strays:
            self._add(env, Life(stubborn=True), None)
        if life.lasts is not None and self._loop is not None:
            good = life.good_from is not None and int(env["SEXTON_ATTEMPT"]) >= life.good_from
            code = life.judges(process.stdin or "") if life.judges else life.code
            self._loop.after(life.lasts, lambda: self.end(leader.pid, 0 if good else code))
        if process.fed:
            return self._talk(leader.pid)
        if "SEXTON_SINK" in env:
            self.orders.append(process.stdin or "")
            return FakeChild(leader.pid, _pipe_with(life.says), _pipe_with(life.complains))
        return FakeChild(leader.pid, self.output)

    def conduct(
        self, process: Process, env: Mapping[str, str], order: Mapping[str, Any], secrets: Sequence[str]
    ) -> FakeChild:
        """The conductor has a real pipe; `reporting` has the end that is its own."""
        self.conducted.append(order)
        child = self.spawn(process, env)
        reader, self.reporting[child.pid] = PIPES.new()
        os.set_blocking(reader, False)
        return child._replace(report=reader)

    def steps_done(self, folder: str, owner: str, names: Sequence[str]) -> list[StepRecord]:
        self.looked.append((folder, owner, names))
        return self.left

    def prune_steps(self, folder: str, before: Instant, spare: Sequence[str]) -> None:
        self.pruned.append((folder, before, spare))

    trouble: str | None = None

    def reveal(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return dict(options)

    def redacted(self, text: str) -> str:
        return text.replace("hunter2", "***")

    def announce(self, bounds: Bounds) -> None:
        self.announced.append(bounds)

    def signal_group(self, pid: int, signum: int) -> None:
        for process in [each for each in self.alive.values() if each.group == pid]:
            self.signal(process.pid, signum)

    def group_alive(self, pid: int) -> bool:
        return any(process.group == pid for process in self.alive.values())

    def kill_tree(self, pid: int, mark: str) -> int:
        found = [each for each in self.alive.values() if each.carries(mark)]
        self.signal_group(pid, KILL)
        for process in found:
            if process.pid in self.alive:
                self.signal(process.pid, KILL)
        return len(found)

    def kill_all(self, mark: str) -> int:
        return self.kill_tree(0, mark)

    def carriers(self, mark: str) -> Iterable[FakeCarrier]:
        found = [FakeCarrier(each, self) for each in self.alive.values() if each.carries(mark)]
        self.given += found
        return found

    def reap(self) -> Iterable[tuple[int, Exit]]:
        found, self._zombies = self._zombies, []
        return found

    # What a test does

    def signal(self, pid: int, signum: int) -> None:
        process = self.alive.get(pid)
        if process is None:  # dead, and not collected yet
            return
        self.signals.append((process.owner, signum))
        if signum == KILL or not process.life.stubborn:
            self._bury(pid, Exit(None, signum, 0, 0))

    def end(self, pid: int, code: int = 0) -> None:
        """The process ends by itself, if it still lives."""
        if pid in self.alive:
            self._bury(pid, Exit(code, None, 1000, 4096))

    def pids(self, name: str) -> list[int]:
        """The living processes of a job or service, oldest first."""
        return [pid for pid, process in self.alive.items() if process.owner == name]

    def fork(self, pid: int, group: int | None = None) -> int:
        """A stubborn child of `pid`, in its group unless another is named."""
        parent = self.alive[pid]
        return self._add(parent.env, Life(stubborn=True), parent.group if group is None else group).pid

    def _talk(self, pid: int) -> FakeChild:
        """A process that is fed has real pipes."""
        (stdin, feed), (output, stdout) = PIPES.new(), PIPES.new()
        for end in (stdin, feed, output):
            os.set_blocking(end, False)
        self.talks[pid] = Talk(stdin, stdout)
        return FakeChild(pid, output, NO_OUTPUT, feed)

    def _add(self, env: Mapping[str, str], life: Life, group: int | None) -> Fake:
        self._newest += 1
        process = Fake(self._newest, group or self._newest, env, life)
        self.alive[process.pid] = process
        return process

    def _bury(self, pid: int, ended: Exit) -> None:
        del self.alive[pid]
        if pid in self.talks:
            self.talks[pid].close()
        self._zombies.append((pid, ended))
        if self._loop is not None:
            self._loop.post(self._on_child)
            for carrier in self.given:
                if carrier.pid == pid and not carrier.closed:
                    self._loop.post(lambda fd=carrier.fd: self._pidfd_ready(fd))  # type: ignore[misc]

    def _pidfd_ready(self, fd: int) -> None:
        watch = getattr(self._loop, "watches", {}).get(fd)
        if watch is not None:
            watch[0]()


class FakeLog:
    """Implements ports.RunLog."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self.lost = 0
        self.errors = 0
        self.finished = False
        self._listeners: list[Callable[[], None]] = []

    def write(self, size: int) -> None:
        self.size += size
        for call in self._listeners:
            call()

    def tail(self) -> str:
        return f"last line of {self.path}"

    def finish(self) -> None:
        self.finished = True

    def heard_by(self, ears: Callable[[str], Ear | None]) -> None:
        """Nobody writes anything here."""

    def on_growth(self, call: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(call)
        return lambda: self._listeners.remove(call)


class FakeCopy:
    """Implements ports.Copy."""

    def write(self, data: bytes) -> None:
        """Nobody reads it."""

    def close(self) -> None:
        """There is nothing to close."""


class FakeLogs:
    """Implements ports.Logs. `said` keeps what was said: (level, message)."""

    relay_dropped = 0

    def __init__(self) -> None:
        self.heard = Heard()
        self.lost: dict[str, Lost] = {}
        self.said: list[tuple[str, str]] = []
        self.noted: list[str] = []
        self.opened: dict[str, FakeLog] = {}
        self.released: list[str] = []
        self.pruned: list[Keep] = []
        self.cleared: list[str] = []

    def open(self, job: str, name: str, output: int, log: Log | None = None, errors: int | None = None) -> FakeLog:
        path = f"/logs/{job}/{name}"
        assert path not in self.opened, "a log is never overwritten"
        self.opened[path] = FakeLog(path)
        return self.opened[path]

    def open_service(
        self,
        name: str,
        log: Log,
        output: int,
        errors: int | None = None,
        ears: Callable[[str], Ear | None] = lambda channel: None,
    ) -> FakeLog:
        return self.opened.setdefault(f"/logs/{name}.log", FakeLog(f"/logs/{name}.log"))

    def open_answers(self, name: str, log: Log) -> FakeCopy:
        return FakeCopy()

    def service_path(self, name: str, log: Log) -> str:
        return f"/logs/{name}.log"

    def clear(self, path: str) -> None:
        if path.startswith("/full"):
            raise OSError(30, "Read-only file system")
        self.cleared.append(path)

    def recover(self, job: str, name: str) -> LeftLog | None:
        log = self.opened.get(f"/logs/{job}/{name}")
        return LeftLog(log.path, log.size, log.tail()) if log else None

    def release(self, path: str) -> None:
        self.released.append(path)

    def prune(self, keep: Keep, done: Callable[[int, int], None]) -> None:
        self.pruned.append(keep)
        done(3, 5000)

    def note(self, message: str, **fields: object) -> None:
        self.noted.append(message)

    def say(self, level: str, message: str, **fields: object) -> None:
        self.said.append((level, message))

    def errors(self) -> list[str]:
        return [message for level, message in self.said if level == "error"]
