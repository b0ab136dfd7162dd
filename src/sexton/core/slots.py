"""Slots: the name of one occurrence of a job, the same whoever computes it. (job, slot) is the identity of a run."""

from datetime import UTC, datetime, timedelta

from sexton.model.units import Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(instant: Instant) -> str:
    """ISO 8601 in UTC: `2026-11-22T08:00:00Z`, with six decimals only where there is a fraction of a second."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment.isoformat().replace("+00:00", "Z")


def iso_if_any(instant: Instant | None) -> str | None:
    """The same for what may not have happened."""
    return None if instant is None else iso(instant)


def fire_slot(fire_time: Instant) -> str:
    return iso(fire_time)


def missed_slot(first: Instant, last: Instant) -> str:
    return f"missed:{iso(first)}/{iso(last)}"


def after_slot(run_id: int) -> str:
    return f"after:{run_id}"


def start_slot(incarnation: str) -> str:
    return f"start:{incarnation}"


def manual_slot(token: str) -> str:
    return f"manual:{token}"


def rerun_slot(run_id: int) -> str:
    return f"rerun:{run_id}"


def event_slot(about: str, what: str, at: Instant) -> str:
    return f"event:{about}:{what}:{iso(at)}"


def kind_of(slot: str) -> str:
    """What made the slot: `schedule`, `after`, `start`, `manual`, `rerun` or `event`."""
    head, colon, _ = slot.partition(":")
    return head if colon and head in ("after", "start", "manual", "rerun", "event") else "schedule"


def upstream_of(slot: str) -> int | None:
    """The id of the run that an `after:` slot names."""
    return _number_after("after", slot)


def rerun_of(slot: str) -> int | None:
    """The id of the run that a `rerun:` slot stands for."""
    return _number_after("rerun", slot)


def _number_after(word: str, slot: str) -> int | None:
    head, _, tail = slot.partition(":")
    return int(tail) if head == word and tail.isdigit() else None
