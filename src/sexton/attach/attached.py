"""One job at its fire times, for as long as supervisord wants it: what `sexton attach` puts together.

The loop, the spawner and the engine are the daemon's, and so are schedules, timeouts, overlap and the stop. Invariant:
when `run_attached` returns, nothing that it started is left.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections.abc import Mapping

from sexton.attach.ledger import Unwritten
from sexton.attach.listener import Listener
from sexton.attach.logs import SharedLog
from sexton.engine.engine import Engine
from sexton.engine.loop.linux import become_subreaper, trim_heap
from sexton.engine.loop.reactor import Reactor
from sexton.engine.tables import Identity, World
from sexton.model.errors import EXIT_FAILED, EXIT_OK
from sexton.model.job import Job
from sexton.model.plan import Plan, Settings
from sexton.model.units import SECOND, Duration
from sexton.spawn.spawner import Spawner

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
_OFTEN = 700  # objects, Python's own number: this process lives longer than those of other commands
LAST_WORDS = SECOND  # how long standard error may take to reach its reader at the end


def run_attached(job: Job, timezone: str, stop_within: Duration, environ: Mapping[str, str]) -> int:
    """Run `job` until standard input ends or a signal comes, and `stop_within` longer at most; the exit code: 1 when
    what came was no event, or for a defect of ours."""
    attached = Attached(job, Settings(":memory:", "", "", timezone, stop_within=stop_within), environ)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OFTEN)
    trim_heap()
    return attached.run()


class Attached:
    """Holds the loop and what hangs in it."""

    def __init__(self, job: Job, settings: Settings, environ: Mapping[str, str]) -> None:
        self._exit_code = EXIT_OK
        self._reactor = reactor = Reactor(self._on_defect)
        self._logs = logs = SharedLog(reactor, settings.timezone)
        store = Unwritten(reactor)
        reactor.at_turn_end(store.flush)
        plan = Plan(settings, jobs={job.name: job})
        identity = Identity(os.urandom(8).hex(), os.urandom(4).hex(), reactor.clock.now().wall)
        spawner = Spawner(say=lambda trouble: logs.say("warning", trouble))
        world = World(reactor, store, spawner, logs, plan, identity, environ)
        self._engine = Engine(world, (), reactor.stop, once=False)
        self._take_signals(world)
        self._listener = Listener(reactor, self._no_more_events)

    def run(self) -> int:
        """Let the loop turn until all is over."""
        self._engine.begin()
        self._reactor.run()
        self._logs.stderr.drain(LAST_WORDS)
        self._reactor.close()
        return self._exit_code

    def _take_signals(self, world: World) -> None:
        become_subreaper()
        for number in STOP_SIGNALS:
            self._reactor.on_signal(number, lambda number=number: self._on_stop(number))  # type: ignore[misc]
        self._reactor.on_signal(signal.SIGCHLD, world.children.reap)
        self._reactor.release_signals()
        self._reactor.on_clock_step(self._engine.scheduler.clock_set)

    def _on_stop(self, number: int) -> None:
        self._engine.shutdown.begin(f"got {signal.Signals(number).name}")

    def _no_more_events(self, why: str | None) -> None:
        if why is not None:
            self._exit_code = EXIT_FAILED
            self._logs.say("error", f"this is no event of supervisord's: {why}")
        self._engine.shutdown.begin("standard input has ended")

    def _on_defect(self, defect: BaseException) -> None:
        """A bug of ours: say where, and end, since supervisord starts us anew."""
        traceback.print_exception(defect, file=sys.stderr)
        self._exit_code = EXIT_FAILED
        self._engine.shutdown.begin("of a defect")
