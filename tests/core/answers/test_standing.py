"""What became of a fire time."""

from typing import Any

import pytest

from sexton.core.answers.standing import Facts, Standing, judge_standing
from sexton.model.ledger import Row
from sexton.model.run import Outcome
from sexton.model.units import DAY, HOUR, MINUTE
from tests.core.schedules.test_firetimes import instant

AT = instant("2026-11-22T08:00Z")
BLANK = Row._make([None] * len(Row._fields))


def judged(**known: Any) -> tuple[Standing, str]:
    facts: dict[str, Any] = {
        "at": AT, "fires": True, "now": AT + HOUR, "row": None, "watermark": AT, "keep": 90 * DAY
    }  # fmt: skip
    return judge_standing(Facts(**{**facts, **known}))


def test_its_row_is_named() -> None:
    row = BLANK._replace(id=7, fire_time=AT)
    assert judged(row=row) == (Standing.HAS_RUN, "the ledger has run 7 for it")
    assert judged(row=row, fires=False)[1].endswith("decided under an earlier schedule, or asked for by hand")


def test_a_range_around_it_is_told_with_its_reason() -> None:
    row = BLANK._replace(
        id=7, fire_time=AT, last=AT + HOUR, number=61, outcome=Outcome.MISSED, reason="Sexton was not there"
    )
    word, message = judged(row=row, at=AT + MINUTE)
    span = "61 fire times from 2026-11-22T08:00:00Z to 2026-11-22T09:00:00Z"
    assert (word, message) == (Standing.IN_RANGE, f"it is one of {span} that were missed: Sexton was not there")


@pytest.mark.parametrize("known", [{"fires": False}, {"at": None}, {"fires": False, "at": AT + DAY}])
def test_what_is_no_fire_time_is_said_to_be_none(known: dict[str, Any]) -> None:
    assert judged(**known)[0] is Standing.NO_FIRE_TIME


def test_what_is_to_come_is_told_with_what_is_in_its_way() -> None:
    later = {"now": AT - 90 * MINUTE - 1, "watermark": AT - DAY}
    assert judged(**later) == (Standing.TO_COME, "it is to come in 1h30m")
    assert "paused, so it will be recorded as skipped" in judged(**later, paused=True)[1]
    assert "nothing starts by itself: lost" in judged(**later, hold="lost")[1]


def test_what_is_due_is_held_or_waits_or_is_being_decided() -> None:
    undecided = {"watermark": AT - 1}
    assert judged(**undecided)[0] is Standing.DUE
    assert judged(**undecided, waits_for="for room") == (Standing.WAITING, "it is due and waits: for room")
    assert judged(**undecided, hold="lost", waits_for="for room")[0] is Standing.HELD


def test_what_was_decided_and_has_no_row_was_never_owed_or_is_forgotten() -> None:
    assert judged()[0] is Standing.NOT_OWED
    assert judged(now=AT + 91 * DAY)[0] is Standing.FORGOTTEN
