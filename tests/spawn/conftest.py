"""Real processes, and the certainty that none of them and none of their descriptors outlives its test."""

import os
import select
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sexton.model.process import Process
from sexton.model.run import Exit
from sexton.spawn.process import Child
from sexton.spawn.spawner import Spawner

PATIENCE = 20_000  # milliseconds; only a test that fails waits so long
ENV = {"PATH": "/usr/bin:/bin"}


class Nursery:
    """Starts processes through a Spawner and waits for what they say and how they end."""

    def __init__(self) -> None:
        self.spawner = Spawner()
        self.children: list[Child] = []
        self.exits: dict[int, Exit] = {}

    def spawn(self, *argv: str, env: Mapping[str, str] = ENV, cwd: str | None = None) -> Child:
        self.children.append(self.spawner.spawn(Process(argv, cwd), env))
        return self.children[-1]

    def line(self, child: Child) -> bytes:
        """The next line that the child says, without its line feed."""
        said = b""
        while not said.endswith(b"\n"):
            byte = self._read(child, 1)
            assert byte, f"the child ended after {said!r}"
            said += byte
        return said[:-1]

    def output(self, child: Child) -> bytes:
        """All that is said until the last holder of the pipe is gone."""
        said = b""
        while data := self._read(child, 65_536):
            said += data
        return said

    def exit(self, child: Child) -> Exit:
        """How the child ended."""
        while child.pid not in self.exits:
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            self.exits.update(self.spawner.reap())
        return self.exits[child.pid]

    def run(self, *argv: str, env: Mapping[str, str] = ENV, cwd: str | None = None) -> bytes:
        """What a process that succeeds says."""
        child = self.spawn(*argv, env=env, cwd=cwd)
        said = self.output(child)
        assert self.exit(child).code == 0, said
        return said

    def close(self) -> None:
        for child in self.children:
            if child.pid not in self.exits:
                self.spawner.signal_group(child.pid, signal.SIGKILL)
                self.exit(child)
            os.close(child.output)
        os.close(self.spawner._stdin)

    def _read(self, child: Child, count: int) -> bytes:
        poller = select.poll()
        poller.register(child.output, select.POLLIN)
        assert poller.poll(PATIENCE), "the child says nothing"
        return os.read(child.output, count)


def descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


def script(path: Path, text: str, mode: int = 0o755) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return str(path)


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    before = descriptors()
    nursery = Nursery()
    yield nursery
    nursery.close()
    assert not descriptors() - before  # a server of an earlier test may close one of its own meanwhile
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
