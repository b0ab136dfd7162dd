"""Processes as the engine sees them: start, signal, reap, and end what carries our mark."""

import os
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress

from sexton.model.process import Process
from sexton.model.run import Exit
from sexton.spawn import carriers, reaper
from sexton.spawn.process import Child, spawn


class Spawner:
    """Implements ports.Spawner."""

    def __init__(self) -> None:
        self._stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def spawn(self, process: Process, env: Mapping[str, str]) -> Child:
        return spawn(process, env, self._stdin)

    def signal_group(self, pid: int, signum: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signum)

    def group_alive(self, pid: int) -> bool:
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def kill_tree(self, pid: int, mark: str) -> int:
        """KILL the group of `pid` (0: none) and every carrier of `mark`; how many carriers there were."""
        if pid:
            self.signal_group(pid, signal.SIGKILL)
        return carriers.kill_carriers(mark)

    def carriers(self, mark: str) -> Iterable[carriers.Carrier]:
        return carriers.carriers(mark)

    def reap(self) -> Iterable[tuple[int, Exit]]:
        return reaper.reap()
