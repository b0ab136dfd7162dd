"""What follows a run's end, to be written in the same transaction: the after-jobs that it calls for, its rerun."""

from collections.abc import Mapping
from typing import NamedTuple

from sexton.core.chain import called_for, needs, runs_again
from sexton.core.overlap import Way, decide_overlap, why_skipped
from sexton.core.slots import after_slot, rerun_slot
from sexton.engine.tables import JobEntry, World
from sexton.model.ledger import NOTHING, Closed, Queued
from sexton.model.run import Outcome
from sexton.model.units import Instant


def skipped_by(world: World, entry: JobEntry) -> str:
    """Why a new run of the job, that nobody asked for by hand, is skipped."""
    going = entry.oldest.run.id or None if entry.oldest else None  # a run that is being claimed has no number yet
    paused = world.is_paused(entry.job.name)
    return why_skipped(entry.job.overlap, going, next(iter(entry.resting), None), paused=paused)


def way_of(world: World, entry: JobEntry) -> Way:
    """What becomes of a new run of the job that another run or an event calls for: durable before it starts."""
    paused = world.is_paused(entry.job.name)
    return decide_overlap(entry.job.overlap, busy=entry.busy, room=False, waiting=len(entry.pending), paused=paused)


class Ending(NamedTuple):
    """How a run ended."""

    job: str
    slot: str
    run_id: int
    fire_time: Instant
    at: Instant
    outcome: Outcome
    reason: str = ""
    env: Mapping[str, str] = NOTHING  # what a person added to it
    backfill: bool = False


def consequences(world: World, end: Ending) -> tuple[tuple[Queued, ...], tuple[Closed, ...]]:
    """The runs that a run's end calls for: those to queue, and those skipped because their job is busy."""
    queue: list[Queued] = []
    close: list[Closed] = []
    own, fire_time, at = world.jobs.get(end.job), end.fire_time, end.at
    if own is not None and runs_again(own.job, end.slot, end.outcome, end.reason):
        queue.append(Queued(end.job, rerun_slot(end.run_id), fire_time, at, env=end.env, backfill=end.backfill))
    for after in called_for(world.followers.get(end.job, ()), end.job, end.outcome):
        slot = after_slot(end.run_id)
        entry = world.jobs[after.name]
        way = way_of(world, entry)
        others = needs(after, end.job)
        if way is Way.SKIP and not (end.backfill and entry.busy):
            skipped = Closed(after.name, slot, Outcome.SKIPPED, skipped_by(world, entry), at, fire_time, needs=others)
            close.append(world.told_of(skipped))
        else:
            queue.append(Queued(after.name, slot, fire_time, at, needs=others, backfill=end.backfill))
    return tuple(queue), tuple(close)
