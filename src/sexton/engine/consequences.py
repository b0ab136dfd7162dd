"""What follows a run's end, to be written in the same transaction: the after-jobs that it calls for."""

from sexton.core.chain import called_for
from sexton.core.slots import after_slot
from sexton.engine.tables import World
from sexton.model.ledger import Closed, Queued
from sexton.model.run import Outcome
from sexton.model.units import Instant


def consequences(
    world: World, job: str, run_id: int, outcome: Outcome, fire_time: Instant, at: Instant
) -> tuple[tuple[Queued, ...], tuple[Closed, ...]]:
    """The after-jobs that a run's end calls for: those to queue, and those skipped because they are busy."""
    queue: list[Queued] = []
    close: list[Closed] = []
    for after in called_for(world.followers.get(job, ()), job, outcome):
        slot = after_slot(run_id)
        if world.jobs[after.name].busy:
            reason = "the last run was still going"
            close.append(Closed(after.name, slot, Outcome.SKIPPED, reason, at, fire_time))
        else:
            queue.append(Queued(after.name, slot, fire_time, at))
    return tuple(queue), tuple(close)
