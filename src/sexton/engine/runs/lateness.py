"""Lateness: a job with `late_after` owes a success by each fire time plus that; when none has come, it is late.

One deadline per job, for the first fire time after the last success; nothing looks now and then. Since when a success
is owed is in the ledger, so a restart changes nothing. Loaded when a plan has such a job. Invariant: a job is late from
the deadline on until its next success, or until a person resumes it, or its schedule changes.
"""

from __future__ import annotations

from sexton.core.durations import format_duration
from sexton.core.slots import iso
from sexton.engine.tables import JobEntry, World
from sexton.model.units import Instant


class Lateness:
    def __init__(self, world: World) -> None:
        self._world = world

    def arm(self, entry: JobEntry) -> None:
        """Wait for the deadline of the first fire time that a success is owed for."""
        late = entry.late
        self._wait(entry)
        if late is not None and entry.late is None:  # its schedule has changed
            self._tell_settled(entry)

    def settled(self, entry: JobEntry, at: Instant) -> None:
        """Nothing is owed up to `at`: a run has succeeded, or the job was resumed then."""
        late, entry.owed = entry.late, max(entry.owed, at)
        self._wait(entry)
        if entry.late is not None:
            return
        self._tell_settled(entry)  # an earlier start may have told that it was late
        if late is not None:
            name = entry.job.name
            self._world.logs.say("info", f"{name}: no longer late", event="job_recovered", job=name)

    def _wait(self, entry: JobEntry) -> None:
        if entry.late_timer is not None:
            entry.late_timer.cancel()
            entry.late_timer = None
        fire_time = entry.times.after(entry.owed) if entry.times and entry.job.late_after else None
        if fire_time is None:
            entry.late = None
        elif entry.late != fire_time:
            entry.late = None
            deadline = fire_time + (entry.job.late_after or 0)
            entry.late_timer = self._world.loop.at(deadline, lambda: self._over(entry, fire_time))

    def _tell_settled(self, entry: JobEntry) -> None:
        if self._world.notices is not None:
            self._world.notices.settled(entry.job.name)

    def _over(self, entry: JobEntry, fire_time: Instant) -> None:
        entry.late_timer = None
        name = entry.job.name
        if ("job", name) in self._world.off:  # what a person does not want to run is not late
            self.settled(entry, self._world.now())
            return
        entry.late = fire_time
        owed = format_duration(entry.job.late_after or 0)
        said = f"{name}: late: no run has succeeded within {owed} after {iso(fire_time)}"
        self._world.logs.say("error", said, event="job_late", job=name, fire_time=iso(fire_time))
        if self._world.notices is not None:
            reason = f"no run has succeeded within {owed} after {iso(fire_time)}"
            self._world.notices.late(name, fire_time, reason)
