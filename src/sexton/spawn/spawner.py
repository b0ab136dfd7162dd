"""Processes as the engine sees them: start, signal, reap, and end what carries our mark."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sexton.model.errors import SpawnError
from sexton.model.process import Process
from sexton.model.run import Exit
from sexton.model.units import SECOND, Instant
from sexton.spawn import carriers, descendants, reaper
from sexton.spawn.process import Child, spawn

if TYPE_CHECKING:
    from sexton.model.handover import SocketLeft
    from sexton.model.process import Bounds, Socket
    from sexton.model.step import StepRecord
    from sexton.spawn.cgroups import Cgroups
    from sexton.spawn.keyring import Keyring
    from sexton.spawn.listening import Listening

NOT_READ = "its secrets were not read when Sexton started; start it anew"


class Spawner:
    """Implements ports.Spawner. `keyring` is there when the plan has secrets; `say` hears of what is not as the plan
    wants it."""

    def __init__(self, keyring: Keyring | None = None, say: Callable[[str], None] = lambda said: None) -> None:
        self._keyring = keyring
        self._say = say
        self._cgroups: Cgroups | None = None  # made for the first bounded process
        self._listening: Listening | None = None  # made for the first process that has a socket
        self._stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def spawn(self, process: Process, env: Mapping[str, str]) -> Child:
        if process.stdin:
            from sexton.spawn.stdin import holding

            with holding(process.stdin) as stdin:
                return self._spawn(process, env, stdin)
        if process.fed:
            from sexton.spawn.stdin import feeding

            with feeding() as (stdin, ours):
                return self._spawn(process, env, stdin)._replace(input=ours)
        if process.socket is not None:
            return self._spawn_listening(process, process.socket, env)
        return self._spawn(process, env, self._stdin)

    def conduct(
        self, process: Process, env: Mapping[str, str], order: Mapping[str, Any], secrets: Sequence[str]
    ) -> Child:
        from sexton.spawn.conducting import make_place, order_text

        make_place(order["place"], process)
        return self.spawn(process._replace(stdin=order_text(order, secrets, self._secret), reports=True), env)

    def steps_done(self, folder: str, owner: str, names: Sequence[str]) -> list[StepRecord]:
        from sexton.spawn.steps_left import steps_done

        return steps_done(folder, owner, names)

    def prune_steps(self, folder: str, before: Instant, spare: Sequence[str]) -> None:
        from threading import Thread

        from sexton.spawn.conducting import remove_before

        Thread(target=remove_before, args=(folder, before / SECOND, spare), name="sexton-steps", daemon=True).start()

    def _secret(self, name: str) -> str:
        if self._keyring is None:
            raise SpawnError(NOT_READ)
        return self._keyring.text(name)

    def _spawn_listening(self, process: Process, socket: Socket, env: Mapping[str, str]) -> Child:
        listening = self._sockets()
        with listening.given(socket) as stdin:
            child = self._spawn(process, env, stdin)
            listening.used(child.pid, socket)
            return child

    def leave_sockets(self) -> tuple[SocketLeft, ...]:
        """Those at which processes listen, for the next image of Sexton."""
        return () if self._listening is None else self._listening.leave_behind()

    def take_up_sockets(self, left: tuple[SocketLeft, ...]) -> None:
        if left:
            self._sockets().take_up(left)

    def _sockets(self) -> Listening:
        if self._listening is None:
            from sexton.spawn.listening import Listening

            self._listening = Listening()
        return self._listening

    def _spawn(self, process: Process, env: Mapping[str, str], stdin: int) -> Child:
        if process.bounds is None:
            return self._start(process, env, stdin)
        return self._bounded().spawn(process.bounds, env, lambda cgroup: self._start(process, env, stdin, cgroup))

    def _start(self, process: Process, env: Mapping[str, str], stdin: int, cgroup: int = -1) -> Child:
        if not process.secrets:
            return spawn(process, env, stdin, cgroup)
        if self._keyring is None:
            raise SpawnError(NOT_READ)
        return self._keyring.spawn(process, env, lambda given: spawn(process, given, stdin, cgroup))

    def reveal(self, options: Mapping[str, Any]) -> dict[str, Any]:
        from sexton.spawn.reveal import reveal

        return reveal(options, self._keyring)

    def redacted(self, text: str) -> str:
        return text if self._keyring is None else self._keyring.redactor.text(text)

    def announce(self, bounds: Bounds) -> None:
        """Say at once when processes cannot be given such bounds here."""
        self._bounded().base(bounds)

    @property
    def trouble(self) -> str | None:
        """Why processes go without the bounds that they should have."""
        return self._cgroups.trouble if self._cgroups else None

    def _bounded(self) -> Cgroups:
        if self._cgroups is None:
            from sexton.spawn.cgroups import Cgroups

            self._cgroups = Cgroups(self._say)
        return self._cgroups

    def signal_group(self, pid: int, signum: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signum)

    def signal(self, pid: int, signum: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)

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
        if self._cgroups is not None:
            self._cgroups.kill(mark)
        if pid:
            below = descendants.descendants(pid)
            self.signal_group(pid, signal.SIGKILL)
            descendants.kill(below)
        return carriers.kill_carriers(mark)

    def kill_all(self, mark: str) -> int:
        """KILL every carrier of `mark` and everything below us; how many that were at least."""
        if self._cgroups is not None:
            self._cgroups.kill(mark)
        return max(carriers.kill_carriers(mark), descendants.kill_descendants(os.getpid()))

    def carriers(self, mark: str) -> Iterable[carriers.Carrier]:
        return carriers.carriers(mark)

    def reap(self) -> Iterable[tuple[int, Exit]]:
        for pid, ended in reaper.reap():
            if self._keyring is not None:
                self._keyring.ended(pid)
            if self._listening is not None:
                self._listening.ended(pid)
            yield pid, ended if self._cgroups is None else self._cgroups.ended(pid, ended)
