"""Processes as the engine sees them: start, signal, reap, and end what carries our mark."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from sexton.model.errors import SpawnError
from sexton.model.process import Process
from sexton.model.run import Exit
from sexton.spawn import carriers, descendants, reaper
from sexton.spawn.process import Child, spawn

if TYPE_CHECKING:
    from sexton.spawn.keyring import Keyring


class Spawner:
    """Implements ports.Spawner. `keyring` is there when the plan has secrets."""

    def __init__(self, keyring: Keyring | None = None) -> None:
        self._keyring = keyring
        self._stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def spawn(self, process: Process, env: Mapping[str, str]) -> Child:
        if process.stdin:
            from sexton.spawn.stdin import holding

            with holding(process.stdin) as stdin:
                return self._spawn(process, env, stdin)
        return self._spawn(process, env, self._stdin)

    def _spawn(self, process: Process, env: Mapping[str, str], stdin: int) -> Child:
        if not process.secrets:
            return spawn(process, env, stdin)
        if self._keyring is None:
            raise SpawnError("its secrets were not read when Sexton started; start it anew")
        return self._keyring.spawn(process, env, lambda given: spawn(process, given, stdin))

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
        """KILL the group of `pid` (0: none), what is below it, and every carrier of `mark`; how many carriers."""
        if pid:
            below = descendants.descendants(pid)
            self.signal_group(pid, signal.SIGKILL)
            descendants.kill(below)
        return carriers.kill_carriers(mark)

    def kill_all(self, mark: str) -> int:
        """KILL every carrier of `mark` and everything below us; how many that were at least."""
        return max(carriers.kill_carriers(mark), descendants.kill_descendants(os.getpid()))

    def carriers(self, mark: str) -> Iterable[carriers.Carrier]:
        return carriers.carriers(mark)

    def reap(self) -> Iterable[tuple[int, Exit]]:
        for pid, ended in reaper.reap():
            if self._keyring is not None:
                self._keyring.ended(pid)
            yield pid, ended
