"""The composition root: the only module that knows every adapter, and the order in which they come and go.

`run_daemon` makes a plan, opens what the plan names, lets the loop turn until the engine has finished, and closes
everything in reverse. Invariant: whatever was opened is closed, and what was said reaches its reader, within bounds.
"""

import gc
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from sexton import __version__
from sexton.api.server import serve_unix
from sexton.config.load import load_plan
from sexton.engine.control import Control
from sexton.engine.engine import Engine
from sexton.engine.linux import become_subreaper
from sexton.engine.reactor import Reactor
from sexton.engine.tables import Identity, World
from sexton.logs.keeper import LogKeeper
from sexton.logs.outlet import Outlet
from sexton.logs.relay import Journal, Relay
from sexton.model.errors import (
    EXIT_CONFIG,
    EXIT_FAILED,
    EXIT_OK,
    EXIT_TEMPFAIL,
    ConfigError,
    Problem,
    SextonError,
    StateHeld,
    StoreError,
)
from sexton.model.plan import OnStateLoss, Plan
from sexton.model.units import SECOND
from sexton.spawn.spawner import Spawner
from sexton.store import OpenStore, open_store

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
LAST_WORDS = SECOND  # how long our own output may take to reach its reader at the end
LAST_COMMIT = 5 * SECOND
WIDEST = 20  # a job's name is padded to at most this many columns


def run_daemon(files: Sequence[str], *, once: bool, environ: Mapping[str, str]) -> int:
    """Be Sexton until stopped; the exit code. Raises ConfigError before anything is started."""
    keep_standard_descriptors()
    plan = load_plan(files, environ)
    check_places(plan)
    with ExitStack() as closing:
        try:
            daemon = Daemon(plan, environ, closing, once=once)
        except StateHeld as error:
            print(f"sexton: {error}", file=sys.stderr)
            return EXIT_TEMPFAIL
        except StoreError as error:
            print(f"sexton: state: {error}", file=sys.stderr)
            return EXIT_CONFIG
        return daemon.run()


class Daemon:
    """Everything that one start of Sexton holds, opened in order; `closing` closes it in reverse."""

    def __init__(self, plan: Plan, environ: Mapping[str, str], closing: ExitStack, *, once: bool) -> None:
        self._plan = plan
        self._signal = 0
        self._once = once
        self._reactor = reactor = Reactor(self._on_defect)
        closing.callback(reactor.close)
        self._logs = self._open_logs(closing)
        opened = open_store(plan.settings.state, reactor.post)
        closing.callback(opened.close, LAST_COMMIT)
        reactor.at_turn_end(opened.store.flush)
        identity = Identity(opened.state_id, os.urandom(4).hex(), reactor.clock.now().wall)
        env = {**environ, "SEXTON_SOCKET": plan.settings.socket}
        world = World(reactor, opened.store, Spawner(), self._logs, plan, identity, env)
        world.hold = self._judge_loss(opened)
        self._engine = Engine(world, opened.claimed(), reactor.stop, once=once)
        self._take_signals()
        self._serve(closing)

    def run(self) -> int:
        """Let the loop turn until everything of ours has ended; the exit code."""
        self._greet()
        self._engine.begin()
        self._reactor.after(SECOND, settle_memory)  # when the first children are on their way
        self._reactor.run()
        if self._once:
            return EXIT_FAILED if self._engine.failed or self._engine.world.hold else EXIT_OK
        return 128 + self._signal if self._engine.lives.killed else EXIT_OK

    def _open_logs(self, closing: ExitStack) -> LogKeeper:
        settings, reactor = self._plan.settings, self._reactor
        width = min(WIDEST, max([len("sexton"), *map(len, self._plan.jobs)]))
        stdout, stderr = Outlet(reactor, 1), Outlet(reactor, 2)
        closing.callback(stderr.drain, LAST_WORDS)
        closing.callback(stdout.drain, LAST_WORDS)
        relay = Relay(stdout, reactor.clock, settings.relay, width)
        return LogKeeper(reactor, settings.log_dir, relay, Journal(stderr, reactor.clock, settings.log_format, width))

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
        ignored = {number for number in signal.valid_signals() if signal.getsignal(number) is signal.SIG_IGN}
        for number in ignored - {signal.SIGPIPE, signal.SIGXFSZ}:  # those two are Python's own; spawning resets them
            self._reactor.on_signal(number, lambda: None)  # ignored by us still, but at its default in our children
        for number in STOP_SIGNALS:
            if number not in ignored:
                self._reactor.on_signal(number, lambda number=number: self._on_stop(number))  # type: ignore[misc]
        self._reactor.on_signal(
            signal.SIGHUP, lambda: self._logs.say("warning", "SIGHUP: reload is not in this version")
        )
        self._reactor.on_signal(signal.SIGCHLD, self._engine.world.children.reap)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        self._reactor.on_clock_step(lambda: self._logs.say("warning", "the wall clock was set", event="clock_set"))

    def _on_stop(self, number: int) -> None:
        self._signal = self._signal or number
        self._engine.shutdown.begin(f"got {signal.Signals(number).name}")

    def _serve(self, closing: ExitStack) -> None:
        """Open the socket. A `--once` beside a Sexton that has it goes without."""
        path = self._plan.settings.socket
        try:
            server = serve_unix(
                self._reactor,
                Control(self._engine, {"socket": path}),
                path,
                report=lambda text: self._logs.say("error", text),
            )
        except SextonError as error:
            if not self._once:
                raise ConfigError([Problem(self._main_file(), 0, f"socket: {error}")]) from error
            self._logs.say("warning", f"socket: {error}; going on without")
        else:
            closing.callback(server.close)

    def _main_file(self) -> str:
        return self._plan.files[0] if self._plan.files else "sexton"

    def _greet(self) -> None:
        jobs, settings = len(self._plan.jobs), self._plan.settings
        noun = "job" if jobs == 1 else "jobs"
        self._logs.say(
            "info",
            f"Sexton {__version__}, pid {os.getpid()}: {jobs} {noun} from {self._main_file()}, "
            f"times in {settings.timezone}, logs in {settings.log_dir}",
            event="started",
        )
        for warning in self._plan.warnings:
            self._logs.say("warning", warning)

    def _on_defect(self, defect: BaseException) -> None:
        """A bug of ours: say where, and go on; the process that keeps everything must not die of it."""
        import traceback

        for line in "".join(traceback.format_exception(defect)).splitlines():
            self._logs.say("error", f"defect: {line}")


def settle_memory() -> None:
    """What the start has made stays: the collector need never look at it again (gc.freeze)."""
    gc.collect()
    gc.freeze()
    gc.enable()


def check_places(plan: Plan) -> None:
    """Make the folders that the plan names. Raises ConfigError with every one that cannot be written."""
    settings = plan.settings
    folders = {"log_dir": settings.log_dir, "socket": os.path.dirname(settings.socket)}
    if settings.state != ":memory:":
        folders["state"] = os.path.dirname(settings.state)
    problems = [
        Problem(plan.files[0] if plan.files else "sexton", 0, f"{key}: cannot write to {folder}: {why}; set `{key}`")
        for key, folder in folders.items()
        if (why := _unwritable(folder)) is not None
    ]
    if problems:
        raise ConfigError(problems)


def _unwritable(folder: str) -> str | None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        return error.strerror
    return None if os.access(folder, os.W_OK | os.X_OK) else "permission denied"


def keep_standard_descriptors() -> None:
    """Open /dev/null on those of the descriptors 0 to 2 that are closed, so that no file of ours gets their numbers."""
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(fd, True)
    os.close(fd)
