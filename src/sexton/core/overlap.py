"""What happens to a new run of a job when the job is paused, the last run is still going, or there is no room for it.

Pure. Invariant: a run that is let wait for another one is durable before it waits, and those that wait are bounded.
"""

from enum import Enum, auto

from sexton.model.job import Overlap

MOST_WAITING = 100  # runs of one job that wait at once, where its overlap lets them
PAUSED = "the job is paused"


class Way(Enum):
    """What becomes of a new run."""

    GO = auto()  # it starts as soon as there is room; until then nothing is written
    LINE_UP = auto()  # it is queued, durably
    REPLACE = auto()  # what goes or waits is cancelled, then it starts
    SKIP = auto()  # it is recorded as skipped


def decide_overlap(overlap: Overlap, *, busy: bool, room: bool, waiting: int, paused: bool = False) -> Way:
    """`busy`: a run of the job goes or waits; `room`: a new one could start at once; `waiting`: how many wait.
    `paused`: a person lets pass what calls for the job (who asks by hand may have it all the same)."""
    if paused:
        return Way.SKIP
    match overlap:
        case Overlap.SKIP:
            return Way.SKIP if busy else Way.GO
        case Overlap.REPLACE:
            return Way.REPLACE if busy else Way.GO
        case Overlap.QUEUE if not busy and room:
            return Way.GO
        case Overlap.ALLOW if room:
            return Way.GO
    return Way.LINE_UP if waiting < MOST_WAITING else Way.SKIP


def why_skipped(overlap: Overlap, going: int | None, pausing: int | None, *, paused: bool = False) -> str:
    """The reason of a skipped row; `going` and `pausing` are runs that go, or wait for their next attempt, if any. A
    pause is the reason whatever else was in the way."""
    if paused:
        return PAUSED
    if overlap in (Overlap.QUEUE, Overlap.ALLOW):
        return f"{MOST_WAITING} runs were waiting already"
    if going is not None:
        return f"run {going} was still going"
    return "a run was still waiting" if pausing is None else f"run {pausing} waits for its next attempt"
