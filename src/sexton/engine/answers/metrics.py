"""What is measured, for Prometheus: the facts from the engine's tables, under the names of METRICS.

Loaded when somebody asks. Counters count from the start of this image of Sexton (those of sinks from when the database
was made), as Prometheus expects. Invariant: each family of METRICS has its samples from one function here.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from sexton import __version__
from sexton.core.schedules.localtime import microseconds_of
from sexton.model.errors import SextonError
from sexton.model.ledger import Succeeded
from sexton.model.service import ServiceState
from sexton.model.units import SECOND, Instant
from sexton.wire.metrics import Family, Sample

if TYPE_CHECKING:
    from sexton.engine.engine import Engine
    from sexton.engine.notices.sink_entry import SinkEntry
    from sexton.engine.tables import JobEntry
    from sexton.ports import Answer

Samples = Iterator[Sample]


class Metrics:
    """One for as long as the engine lives."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world = engine.world
        self._asked = False  # for successes of before this start

    def gather(self, answer: Answer) -> None:
        """Answer: a list of Family."""
        if self._asked:
            self._measure_lag(answer)
            return

        def found(rows: tuple[tuple[str, Instant], ...] | SextonError) -> None:
            if not isinstance(rows, SextonError):
                self._asked = True
                for job, ended in rows:
                    self._world.succeeded[job] = max(ended, self._world.succeeded.get(job, 0))
            self._measure_lag(answer)

        self._world.store.ask(Succeeded(), found)

    def _measure_lag(self, answer: Answer) -> None:
        """How long the loop takes to come to what is posted now; then the rest."""
        clock = self._world.loop.clock
        posted = clock.now().elapsed
        self._world.loop.post(lambda: answer(self._families((clock.now().elapsed - posted) / SECOND)))

    def _families(self, lag: float) -> list[Family]:
        return [Family(name, kind, text, list(of(self, lag))) for name, (kind, text, of) in METRICS.items()]

    # Sexton

    def info(self, lag: float) -> Samples:
        yield Sample(1, {"version": __version__})

    def started(self, lag: float) -> Samples:
        yield Sample(self._world.identity.started / SECOND)

    def cpu(self, lag: float) -> Samples:
        used = resource.getrusage(resource.RUSAGE_SELF)
        yield Sample(round(used.ru_utime + used.ru_stime, 6))

    def memory(self, lag: float) -> Samples:
        with open("/proc/self/statm", encoding="ascii") as file:
            yield Sample(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))

    def lag(self, lag: float) -> Samples:
        yield Sample(lag)

    def store(self, lag: float) -> Samples:
        yield Sample(self._world.store.trouble is None)

    def draining(self, lag: float) -> Samples:
        yield Sample(self._world.draining)

    # Jobs

    def runs(self, lag: float) -> Samples:
        for (job, outcome), count in self._world.tally.items():
            yield Sample(count, {"job": job, "outcome": outcome})

    def running(self, lag: float) -> Samples:
        return self._of_jobs(lambda entry: len(entry.going))

    def waiting(self, lag: float) -> Samples:
        return self._of_jobs(lambda entry: len(entry.pending) + len(entry.resting))

    def paused(self, lag: float) -> Samples:
        return self._of_jobs(lambda entry: self._world.is_paused(entry.job.name))

    def late(self, lag: float) -> Samples:
        return self._of_jobs(lambda entry: entry.late is not None)

    def next(self, lag: float) -> Samples:
        now = self._world.now()
        return self._of_jobs(lambda entry: _seconds(_upcoming(entry, now)))

    def last_success(self, lag: float) -> Samples:
        return self._of_jobs(lambda entry: _seconds(self._world.succeeded.get(entry.job.name)))

    def last_run(self, lag: float) -> Samples:
        return self._of_jobs(_ended)

    def last_seconds(self, lag: float) -> Samples:
        return self._of_jobs(lambda entry: entry.last["seconds"] if entry.last else None)

    def _of_jobs(self, measure: Callable[[JobEntry], float | None]) -> Samples:
        return _each("job", ((name, measure(entry)) for name, entry in self._world.jobs.items()))

    # Services

    def up(self, lag: float) -> Samples:
        entries = self._engine.services.entries.items()
        return _each("service", ((name, entry.state is ServiceState.RUNNING) for name, entry in entries))

    def state(self, lag: float) -> Samples:
        for name, entry in self._engine.services.entries.items():
            yield Sample(1, {"service": name, "state": str(entry.state)})

    def starts(self, lag: float) -> Samples:
        return _each("service", ((name, self._world.starts.get(name, 0)) for name in self._engine.services.entries))

    # Sinks

    def pending(self, lag: float) -> Samples:
        return self._of_sinks(lambda entry: entry.pending)

    def delivered(self, lag: float) -> Samples:
        return self._of_sinks(lambda entry: entry.delivered)

    def failed(self, lag: float) -> Samples:
        return self._of_sinks(lambda entry: entry.failed)

    def given_up(self, lag: float) -> Samples:
        return _each("sink", self._world.notices.outbox.given_up().items() if self._world.notices is not None else ())

    def failing(self, lag: float) -> Samples:
        return self._of_sinks(lambda entry: entry.failing_since is not None)

    def _of_sinks(self, measure: Callable[[SinkEntry], float]) -> Samples:
        sinks = self._world.notices.outbox.sinks if self._world.notices is not None else {}
        return _each("sink", ((name, measure(entry)) for name, entry in sinks.items()))


def _each(label: str, measured: Iterable[tuple[str, float | None]]) -> Samples:
    return (Sample(value, {label: name}) for name, value in measured if value is not None)


def _seconds(instant: Instant | None) -> float | None:
    return None if instant is None else instant / SECOND


def _upcoming(entry: JobEntry, now: Instant) -> Instant | None:
    return entry.times.after(max(entry.watermark, now)) if entry.times else None


def _ended(entry: JobEntry) -> float | None:
    at = entry.last["ended"] if entry.last else None
    return None if at is None else microseconds_of(at) / SECOND


METRICS: dict[str, tuple[str, str, Callable[[Metrics, float], Samples]]] = {
    "sexton_info": ("gauge", "The version of Sexton.", Metrics.info),
    "sexton_start_time_seconds": ("gauge", "When Sexton started, since 1970.", Metrics.started),
    "sexton_loop_lag_seconds": ("gauge", "How long the loop took to come to this request.", Metrics.lag),
    "sexton_store_up": ("gauge", "Whether the database can be written.", Metrics.store),
    "sexton_draining": ("gauge", "Whether no new run is started, because a person wants it so.", Metrics.draining),
    "process_cpu_seconds_total": ("counter", "CPU time of Sexton itself.", Metrics.cpu),
    "process_resident_memory_bytes": ("gauge", "Resident memory of Sexton itself.", Metrics.memory),
    "sexton_job_runs_total": ("counter", "Runs that ended, and fire times that passed, by outcome.", Metrics.runs),
    "sexton_job_running": ("gauge", "Runs that are going.", Metrics.running),
    "sexton_job_waiting": ("gauge", "Runs that wait for room, their job, or their next attempt.", Metrics.waiting),
    "sexton_job_paused": ("gauge", "Whether the job is paused.", Metrics.paused),
    "sexton_job_late": ("gauge", "Whether the job owes a success.", Metrics.late),
    "sexton_job_next_fire_timestamp_seconds": ("gauge", "The next fire time, since 1970.", Metrics.next),
    "sexton_job_last_success_timestamp_seconds": ("gauge", "When a run last succeeded.", Metrics.last_success),
    "sexton_job_last_run_timestamp_seconds": ("gauge", "When the last run ended.", Metrics.last_run),
    "sexton_job_last_run_duration_seconds": ("gauge", "How long the last run took.", Metrics.last_seconds),
    "sexton_service_up": ("gauge", "Whether the service is running.", Metrics.up),
    "sexton_service_state": ("gauge", "1 for the state that the service is in.", Metrics.state),
    "sexton_service_starts_total": ("counter", "Processes that were started.", Metrics.starts),
    "sexton_outbox_pending": ("gauge", "Notices that wait for the sink.", Metrics.pending),
    "sexton_notices_delivered_total": ("counter", "Notices that the sink has accepted.", Metrics.delivered),
    "sexton_notices_failed_total": ("counter", "Deliveries that the sink has not accepted.", Metrics.failed),
    "sexton_notices_given_up_total": ("counter", "Notices that were given up.", Metrics.given_up),
    "sexton_sink_failing": ("gauge", "Whether the last delivery failed.", Metrics.failing),
}
