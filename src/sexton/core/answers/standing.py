"""What became of a fire time: from its row in the ledger, or from why it has none. Pure, total, one sentence."""

from enum import StrEnum
from typing import NamedTuple

from sexton.core.durations import format_duration
from sexton.core.slots import iso
from sexton.model.ledger import Row
from sexton.model.units import Duration, Instant


class Standing(StrEnum):
    """How a time stands that has no row of its own."""

    IN_RANGE = "in_range"  # it lies in a counted range that has a row
    HAS_RUN = "has_run"
    NO_FIRE_TIME = "no_fire_time"
    TO_COME = "to_come"
    HELD = "held"
    WAITING = "waiting"
    DUE = "due"
    FORGOTTEN = "forgotten"
    NOT_OWED = "not_owed"


class Facts(NamedTuple):
    """What is known. `row` has the time's slot or is a range around it; `waits_for` says why a run that is wanted has
    not begun; `hold` why nothing starts by itself."""

    at: Instant | None
    fires: bool
    now: Instant
    row: Row | None
    watermark: Instant
    keep: Duration
    paused: bool = False
    hold: str | None = None
    waits_for: str | None = None


def judge_standing(facts: Facts) -> tuple[Standing, str]:
    """The word and a sentence."""
    row = facts.row
    if row is not None and row.last is not None and row.fire_time is not None:
        span = f"{row.number} fire times from {iso(row.fire_time)} to {iso(row.last)}"
        return Standing.IN_RANGE, f"it is one of {span} that were {row.outcome}: {row.reason}"
    if row is not None:
        gone = "" if facts.fires else "; it was decided under an earlier schedule, or asked for by hand"
        return Standing.HAS_RUN, f"the ledger has run {row.id} for it{gone}"
    if facts.at is None or not facts.fires:
        return Standing.NO_FIRE_TIME, "it is no fire time, and the ledger has no run for it"
    if facts.at > facts.now:
        return Standing.TO_COME, _to_come(facts, facts.at)
    if facts.at > facts.watermark:
        return _undecided(facts)
    if facts.at < facts.now - facts.keep:
        return (
            Standing.FORGOTTEN,
            f"it was decided, but its row is gone: rows are kept for {format_duration(facts.keep)}",
        )
    why = "the job was not known yet, or its schedule was another one"
    return Standing.NOT_OWED, f"it was never owed: {why}"


def _to_come(facts: Facts, at: Instant) -> str:
    left = f"it is to come in {format_duration((at - facts.now) // 1_000_000 * 1_000_000)}"
    if facts.hold is not None:
        return f"{left}, but nothing starts by itself: {facts.hold}"
    return f"{left}, but the job is paused, so it will be recorded as skipped" if facts.paused else left


def _undecided(facts: Facts) -> tuple[Standing, str]:
    if facts.hold is not None:
        return Standing.HELD, f"it is due, but nothing starts by itself: {facts.hold}"
    if facts.waits_for is not None:
        return Standing.WAITING, f"it is due and waits: {facts.waits_for}"
    return Standing.DUE, "it is due and not decided yet"
