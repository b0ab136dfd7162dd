"""Views of jobs, made anew only when something in them has changed: most of a thousand are as they were.

Invariant: the same object is given as long as it says the same, so that whoever shows it may keep what it made of it.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from sexton.engine.answers.views import job_view
from sexton.engine.tables import JobEntry
from sexton.model.job import Job
from sexton.model.units import Instant
from sexton.model.views import JobView, RunView


class _Kept(NamedTuple):
    """A view, and all that it was made of: true from `since` to just before `until` (None: for ever)."""

    job: Job
    waiting: bool
    paused: bool
    last: RunView | None
    late: Instant | None
    since: Instant
    until: Instant | None
    view: JobView


class JobViews:
    """One for each surface that shows jobs. Keeps views of idle jobs only: a run's length grows with every look."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def view(self, entry: JobEntry, now: Instant, off: Set[tuple[str, str]] = frozenset()) -> JobView:
        """The job as it is at `now`; for nobody to change. `off` has what is paused."""
        if entry.going:
            return job_view(entry, now, off)
        kept = self._kept.get(entry.job.name)
        if kept is None or not _holds(kept, entry, now, off):
            kept = self._kept[entry.job.name] = _made(entry, now, off)
        return kept.view


def _holds(kept: _Kept, entry: JobEntry, now: Instant, off: Set[tuple[str, str]]) -> bool:
    # taken apart once: this is asked for each job of each answer
    job, waiting, paused, last, late, since, until, _ = kept
    if (
        late != entry.late
        or job is not entry.job
        or last is not entry.last
        or waiting is not bool(entry.pending or entry.resting)
    ):
        return False
    after = entry.watermark if entry.watermark > now else now
    if since > after or (until is not None and after >= until):
        return False
    return paused is (("job", job.name) in off) if off else not paused


def _made(entry: JobEntry, now: Instant, off: Set[tuple[str, str]]) -> _Kept:
    since = max(entry.watermark, now)
    until = entry.times.after(since) if entry.times else None
    view = job_view(entry, now, off)
    return _Kept(entry.job, entry.waiting, view["paused"], entry.last, entry.late, since, until, view)
