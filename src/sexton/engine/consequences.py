"""What follows a run's end, to be written in the same transaction: the after-jobs that it calls for."""

from sexton.core.chain import called_for
from sexton.core.overlap import Way, decide_overlap, why_skipped
from sexton.core.slots import after_slot
from sexton.engine.tables import JobEntry, World
from sexton.model.ledger import Closed, Queued
from sexton.model.run import Outcome
from sexton.model.units import Instant


def skipped_by(entry: JobEntry) -> str:
    """Why a new run of the job is skipped."""
    going = entry.oldest
    return why_skipped(entry.job.overlap, going.run.id if going else None, next(iter(entry.resting), None))


def consequences(
    world: World, job: str, run_id: int, outcome: Outcome, fire_time: Instant, at: Instant
) -> tuple[tuple[Queued, ...], tuple[Closed, ...]]:
    """The after-jobs that a run's end calls for: those to queue, and those skipped because they are busy."""
    queue: list[Queued] = []
    close: list[Closed] = []
    for after in called_for(world.followers.get(job, ()), job, outcome):
        slot = after_slot(run_id)
        entry = world.jobs[after.name]
        way = decide_overlap(entry.job.overlap, busy=entry.busy, room=False, waiting=len(entry.pending))
        if way is Way.SKIP:
            close.append(Closed(after.name, slot, Outcome.SKIPPED, skipped_by(entry), at, fire_time))
        else:
            queue.append(Queued(after.name, slot, fire_time, at))
    return tuple(queue), tuple(close)
