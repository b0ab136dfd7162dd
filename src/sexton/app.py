"""The composition root: the only module that knows every adapter, and the order in which they come and go.

`keep_plan` opens what a plan names, lets the loop turn until the engine has finished, and closes everything in reverse.
Where the plan comes from is start.py's. Invariant: whatever was opened is closed, and what was said reaches its reader,
within bounds.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence, Sized
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from sexton import __version__, early
from sexton.api.doors.doors import Doors
from sexton.engine.engine import Engine
from sexton.engine.loop.linux import become_subreaper, share_heap, trim_heap
from sexton.engine.loop.reactor import Reactor
from sexton.engine.loop.signals import hear
from sexton.engine.shutdown import Shutdown
from sexton.engine.tables import Identity, World
from sexton.hearing import Hearing
from sexton.logs.keeper import LogKeeper
from sexton.logs.outlet import Outlet
from sexton.logs.relay import Journal, Relay
from sexton.model.errors import (
    EXIT_CONFIG,
    EXIT_FAILED,
    EXIT_OK,
    EXIT_TEMPFAIL,
    StateHeld,
    StoreError,
)
from sexton.model.plan import OnStateLoss, Plan
from sexton.model.units import MILLISECOND, SECOND, Duration
from sexton.spawn.spawner import Spawner
from sexton.store import OpenStore, open_store

if TYPE_CHECKING:
    from sexton.engine.reexec import Reexec
    from sexton.engine.reload import Reload
    from sexton.loading import Loader
    from sexton.model.ledger import Row
    from sexton.ports import Answer
    from sexton.spawn.keyring import Keyring

LAST_WORDS = SECOND  # how long our own output may take to reach its reader at the end
LAST_COMMIT = 5 * SECOND
FIRST_CHILDREN = 20 * MILLISECOND  # go before all that answers clients is loaded
LAST_ANSWERS = 50 * MILLISECOND  # for clients that wait for the end of a run
LEAST = 20 * MILLISECOND  # for each of them, however late it is
WIDEST = 20  # a job's name is padded to at most this many columns


def keep_plan(plan: Plan, load: Loader, *, once: bool, daemon: Callable[..., Daemon] | None = None) -> int:
    """Be Sexton, with this plan, until stopped; the exit code. Raises ConfigError before anything is started. `daemon`
    makes another kind of it, whose StateHeld and StoreError go on to the caller."""
    environ = load.environ
    with ExitStack() as closing:
        keyring = None
        if plan.secrets or any(plan.settings.http.tokens):
            load = load._replace(environ=dict(environ))  # a reload sees what children do not
            keyring, plan = take_secrets(plan, environ, closing)
            load = load._replace(keyring=keyring)
        if daemon is not None:
            made = daemon(plan, load, keyring, environ, closing, once=once)
        else:
            try:
                made = Daemon(plan, load, keyring, environ, closing, once=once)
            except StateHeld as error:
                print(f"sexton: {error}", file=sys.stderr)
                return EXIT_TEMPFAIL
            except StoreError as error:
                print(f"sexton: state: {error}", file=sys.stderr)
                return EXIT_CONFIG
        code = made.run()
    if made.again:
        made.start_anew()
    return code


class Daemon:
    """Everything that one start of Sexton holds, opened in order; `closing` closes it in reverse."""

    def __init__(
        self,
        plan: Plan,
        load: Loader,
        keyring: Keyring | None,
        environ: Mapping[str, str],
        closing: ExitStack,
        *,
        once: bool,
    ) -> None:
        self._plan = plan
        self._keyring = keyring
        self._once = once
        self._shutdown: Shutdown | None = None
        share_heap()
        self._reactor = reactor = Reactor(self._on_defect)
        closing.callback(reactor.close)
        self._logs = self._open_logs(closing)
        self._opened = opened = self._open_state()
        closing.callback(lambda: opened.close(self._left(LAST_COMMIT)))
        reactor.at_turn_end(opened.store.flush)
        self._env = {**environ, "SEXTON_SOCKET": plan.settings.socket}
        self._spawner = spawner = Spawner(keyring, lambda trouble: self._logs.say("warning", trouble))
        world = World(reactor, opened.store, spawner, self._logs, plan, self._identity(opened), self._env)
        world.hold = self._judge_loss(opened)
        world.off |= opened.switched_off()
        self._engine = Engine(world, self._to_recover(opened), self._finished, once=once)
        self._engine.vet = self._vet
        self._shutdown = self._engine.shutdown
        self._load = load
        self._take_signals()
        self._open_doors(closing)
        if plan.settings.watch and not once:
            from sexton.engine.watch import Watch

            closing.callback(Watch(world, self._reload).close)

    def start_anew(self) -> None:
        """Once everything is closed: become a fresh image."""
        from sexton.spawn.image import start_anew

        start_anew(self._load.environ)

    @property
    def again(self) -> bool:
        """Whether Sexton is to start anew."""
        return self._engine.again

    def run(self) -> int:
        """Let the loop turn until everything of ours has ended; the exit code."""
        self._begin()
        self._reactor.after(SECOND, settle_memory)
        self._reactor.run()
        if self.again and not self._reactor.hold_signals():  # until the next start takes them
            self._engine.again = False
        if self._once:
            return EXIT_FAILED if self._engine.failed or self._engine.world.hold else EXIT_OK
        if self._engine.exit_code is not None:
            return self._engine.exit_code
        number = self._hearing.stopped_by
        return 128 + number if number and self._engine.world.killed else EXIT_OK

    # What the next image of a Sexton does otherwise (takeover.py)

    def _open_state(self) -> OpenStore:
        return open_store(self._plan.settings.state, self._reactor.post)

    def _identity(self, opened: OpenStore) -> Identity:
        return Identity(opened.state_id, os.urandom(4).hex(), self._reactor.clock.now().wall)

    def _to_recover(self, opened: OpenStore) -> Sequence[Row]:
        return opened.claimed()

    def _ignored_signals(self) -> frozenset[int]:
        """Those of whoever started us; two are Python's own, and spawning resets them."""
        ignored = {number for number in signal.valid_signals() if signal.getsignal(number) is signal.SIG_IGN}
        return frozenset(ignored - {signal.SIGPIPE, signal.SIGXFSZ})

    def _listen(self) -> None:
        self._doors.open(self._plan)

    def _begin(self) -> None:
        self._reactor.see_to_signals()
        if self._engine.shutdown.begun:  # a stop that came while everything was opened
            return
        self._greet()
        self._engine.begin()
        self._reactor.after(FIRST_CHILDREN, self._serve)

    @cached_property
    def _reexec(self) -> Reexec:
        from sexton.engine.reexec import Reexec
        from sexton.leaving import Holdings, NextImage

        has = Holdings(
            self._reactor,
            self._engine,
            self._logs,
            self._outlets,
            self._doors,
            self._keyring,
            self._opened.lock,
            self._plan.settings,
            self._load.environ,
            self._ignored,
            self._spawner,
        )
        return Reexec(self._engine, NextImage(has))

    @cached_property
    def _reload(self) -> Reload:
        from sexton.engine.reload import Reload
        from sexton.surroundings import Surroundings

        around = Surroundings(self._doors, self._logs, self._env)
        return Reload(self._engine, self._read_again, prepare=around.prepare)

    def _read_again(self) -> Plan:
        return self._load.load()

    def _vet(self) -> None:
        """Raises ConfigError where a fresh image would not come far: what runs is better. What listens for it is closed
        when it comes."""
        self._doors.prepare(self._load.load())

    def _finished(self) -> None:
        """Everything of ours has ended; who waits to be told so gets a moment."""
        if self._doors.clients:
            self._reactor.after(self._left(LAST_ANSWERS), self._reactor.stop)
        else:
            self._reactor.stop()

    def _left(self, most: Duration) -> Duration:
        """What closing one thing may take, of the time that the whole stop has."""
        ends = self._shutdown.ends if self._shutdown else None
        return most if ends is None else max(LEAST, min(most, ends - self._reactor.clock.now().elapsed))

    def _open_logs(self, closing: ExitStack) -> LogKeeper:
        settings, reactor = self._plan.settings, self._reactor
        width = min(WIDEST, max([len("sexton"), *map(len, self._plan.jobs)]))
        self._outlets = stdout, stderr = Outlet(reactor, 1), Outlet(reactor, 2)
        closing.callback(lambda: stderr.drain(self._left(LAST_WORDS)))
        closing.callback(lambda: stdout.drain(self._left(LAST_WORDS)))
        relay = Relay(stdout, reactor.clock, settings.relay, width)
        journal = Journal(stderr, reactor.clock, settings.log_format, width)
        keeper = LogKeeper(reactor, settings.log_dir, relay, journal, settings.timezone)
        if self._keyring is not None:
            keeper.hide(self._keyring.redactor)
        return keeper

    def _judge_loss(self, opened: OpenStore) -> str | None:
        """Why no job may start by itself, when the database is not the one that was here before."""
        if opened.loss is None:
            return None
        self._logs.say("error", f"state: {opened.loss}", event="state_lost")
        if self._plan.settings.on_state_loss is OnStateLoss.RUN:
            opened.accept_loss()
            return None
        self._logs.say("error", 'state: no job starts by itself; start once with on_state_loss = "run" to go on anew')
        return opened.loss

    def _take_signals(self) -> None:
        become_subreaper()
        self._hearing = Hearing(self._engine, self._logs, lambda: self._reload.ask(lambda said: None))
        self._ignored = self._ignored_signals()
        hear(self._reactor, self._meanings(), self._ignored, lambda said: self._logs.say("warning", said))
        for number in early.EARS.take():
            signal.raise_signal(number)
        self._reactor.release_signals()
        self._reactor.on_clock_step(self._hearing.clock_set)

    def _meanings(self) -> dict[int, Callable[[], None]]:
        return self._hearing.meanings()

    def _open_doors(self, closing: ExitStack) -> None:
        """Listen, before anything is started. A `--once` beside a Sexton that has the places goes without."""
        self._doors = Doors(self._reactor, self._logs, spare=self._once, further=not self._once)
        closing.callback(self._doors.close)
        self._listen()

    def _serve(self) -> None:
        from sexton.engine.control import Control

        wishes = self._ask_for_reload, self._look_at_files, self._ask_for_reexec
        self._doors.serve(Control(self._engine, self._doors.where, *wishes))

    def _ask_for_reload(self, answer: Answer) -> None:
        self._reload.ask(answer)

    def _look_at_files(self, answer: Answer) -> None:
        self._reload.look(answer)

    def _ask_for_reexec(self, answer: Answer) -> None:
        self._reexec.ask(answer)

    def _main_file(self) -> str:
        return self._plan.files[0] if self._plan.files else "sexton"

    def _greet(self) -> None:
        plan, settings = self._plan, self._plan.settings
        what = f"{counted(plan.services, 'service')}, " if plan.services else ""
        what += f"{counted(plan.jobs, 'job')} from {self._main_file()}"
        where = f"times in {settings.timezone}, logs in {settings.log_dir}"
        self._logs.say("info", f"Sexton {__version__}, pid {os.getpid()}: {what}, {where}", event="started")
        self._doors.tell()
        for warning in (*self._plan.warnings, *(self._keyring.warnings if self._keyring else ())):
            self._logs.say("warning", warning)

    def _on_defect(self, defect: BaseException) -> None:
        """A bug of ours: say where, and go on; the process that keeps everything must not die of it."""
        try:
            from traceback import format_exception
        except ImportError:  # nothing of Python can be read any more
            lines = [repr(defect)]
        else:
            lines = "".join(format_exception(defect)).splitlines()
        for line in lines:
            self._logs.say("error", f"defect: {line}")


def counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def take_secrets(plan: Plan, environ: Mapping[str, str], closing: ExitStack) -> tuple[Keyring, Plan]:
    """Read the plan's secrets; from now on `os.environ` holds none, and the plan has its tokens. Raises ConfigError."""
    from sexton.spawn.sources import open_keyring

    keyring, plan = open_keyring(plan, environ)
    closing.callback(keyring.close)
    return keyring, plan


def settle_memory() -> None:
    """What the start has made stays: the collector need never look at it again (gc.freeze). What it has freed goes."""
    gc.collect()
    gc.freeze()
    gc.enable()
    trim_heap()
