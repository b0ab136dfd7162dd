"""Which run a backfill makes of a past fire time: the one that it never had, or another one.

Pure. A fire time's first run has its slot, each further one that with a number: `2026-11-22T08:00:00Z#2`. Invariant: a
slot is never given twice, and a fire time whose run has not ended gets no other.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from sexton.model.run import Outcome


class Reprocess(StrEnum):
    """Which fire times are run although they have a run already."""

    NONE = "none"
    FAILED = "failed"  # whose last run did not succeed, or never started
    ALL = "all"


class Past(NamedTuple):
    """A run that a fire time has had; `outcome` None: it has not ended."""

    run_id: int
    slot: str
    outcome: Outcome | None


def next_slot(slot: str, runs: Iterable[Past], reprocess: Reprocess) -> str | Past:
    """The slot for another run of the fire time that `slot` names, or the run that stands against it. `runs` may have
    those of other slots among them, which say nothing here."""
    own = [run for run in runs if run.slot.partition("#")[0] == slot]
    if not own:
        return slot
    last = max(own, key=lambda run: run.run_id)
    if last.outcome is None or reprocess is Reprocess.NONE:
        return last
    if reprocess is Reprocess.FAILED and last.outcome is Outcome.SUCCEEDED:
        return last
    return f"{slot}#{1 + max(map(_number, own))}"


def _number(run: Past) -> int:
    number = run.slot.partition("#")[2]
    return int(number) if number else 1
