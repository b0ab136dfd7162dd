"""The daemon as supervisord would be it: its own log, its pid file, its signals.

A place of Sexton's own that cannot be had is a warning, for supervisord would not have asked for it. USR2 opens all
logs anew, HUP stops everything and starts it anew, if the configuration can be read. Invariant: a pid file that is
removed is one that was written here, and a regular file.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from sexton.api.doors.doors import Doors
from sexton.app import Daemon
from sexton.logs.keeper import LogKeeper
from sexton.logs.mainlog import MainJournal
from sexton.logs.outlet import Outlet
from sexton.logs.relay import Relay
from sexton.model.errors import EXIT_OK, ConfigError, Problem, Refused, SextonError
from sexton.model.log import Log
from sexton.model.supervisord import Supervisord
from sexton.supervise.autologs import AutoLogs
from sexton.supervise.standing import refuse_unreadable

if TYPE_CHECKING:
    from sexton.model.plan import Plan
    from sexton.ports import Answer
    from sexton.supervise.start import Anew

_LAST_WORDS = 1_000_000  # µs


class Supervised(Daemon):
    """`ready` is called when everything that can be wrong has been found to be right, `anew` in the end, where all of
    it is to be started once more."""

    def __init__(self, plan: Plan, *arguments: Any, ready: Callable[[], None], anew: Anew, **options: Any) -> None:
        self._ready = ready
        self._anew = anew
        self._automatic = AutoLogs(plan)
        if plan.supervisord is not None and not plan.supervisord.nocleanup:
            self._automatic.clear()
        super().__init__(self._automatic.named(plan), *arguments, **options)
        if (listeners := self._engine.world.listeners) is not None:
            listeners.serial = anew.serial

    def start_anew(self) -> None:
        listeners = self._engine.world.listeners
        self._anew.start(self._anew.serial if listeners is None else listeners.serial)

    def run(self) -> int:
        super().run()
        return EXIT_OK if self._engine.exit_code is None else self._engine.exit_code

    @property
    def _main(self) -> Supervisord:
        return self._plan.supervisord or Supervisord()

    def _begin(self) -> None:
        self._ready()
        super()._begin()

    def _open_logs(self, closing: ExitStack) -> LogKeeper:
        main, reactor = self._main, self._reactor
        closing.callback(self._automatic.close)
        self._outlets = stdout, stderr = Outlet(reactor, 1), Outlet(reactor, 2)
        for outlet in (stderr, stdout):
            closing.callback(partial(self._drain, outlet))
        relay = Relay(stdout, reactor.clock, self._plan.settings.relay, 0)
        journal = MainJournal(stdout, stderr, reactor.clock, main)
        keeper = LogKeeper(reactor, self._plan.settings.log_dir, relay, journal, self._plan.settings.timezone)
        if main.logfile is not None and main.logfile != "syslog":
            size = main.logfile_maxbytes or None
            log = Log(file=main.logfile, max_size=size, keep=main.logfile_backups, mode=main.log_mode)
            journal.file = keeper.open_own(log)
        if self._keyring is not None:
            keeper.hide(self._keyring.redactor)
        self._write_pid(closing)
        return keeper

    def _drain(self, outlet: Outlet) -> None:
        outlet.drain(self._left(_LAST_WORDS))

    def _write_pid(self, closing: ExitStack) -> None:
        path = self._main.pidfile
        if path is None:
            return
        try:
            with open(path, "w") as file:
                file.write(f"{os.getpid()}\n")
        except OSError as error:
            self._trouble = f"cannot write the pid file {path}: {error.strerror}"
            return
        closing.callback(partial(_remove, path))

    _trouble = ""

    def _greet(self) -> None:
        super()._greet()
        if self._trouble:
            self._logs.say("error", self._trouble)

    def _open_doors(self, closing: ExitStack) -> None:
        from sexton.config.places import default_socket

        unasked = self._plan.settings.socket == default_socket(self._load.environ, os.geteuid())
        self._doors = Doors(self._reactor, self._logs, spare=True, quietly=unasked)
        closing.callback(self._doors.close)
        self._listen()

    def _read_again(self) -> Plan:
        return self._automatic.named(super()._read_again())

    def _meanings(self) -> dict[int, Callable[[], None]]:
        return super()._meanings() | {signal.SIGHUP: self._restart}

    def _restart(self) -> None:
        """Stop everything and start it anew by the files as they are now; nothing changes when these are wrong."""
        with suppress(ConfigError):
            self._engine.start_anew("to start anew")

    def _vet(self) -> None:
        try:
            refuse_unreadable()
            self._doors.prepare(self._anew.look())
        except ConfigError as error:
            self._refuse(error)
        except SextonError as error:
            self._refuse(ConfigError([Problem(self._load.files[0], 0, f"[supervisord] {error}")]))

    def _refuse(self, error: ConfigError) -> NoReturn:
        for problem in error.problems:
            self._logs.say("error", f"not restarted: {problem}")
        raise error

    def _ask_for_reexec(self, answer: Answer) -> None:
        answer(Refused("conflict", "`sexton supervisord` is not replaced in place; restart it"))


def _remove(path: str) -> None:
    with suppress(OSError):
        if os.path.isfile(path) and not os.path.islink(path):
            os.unlink(path)
