"""Schedules in plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.core.answers.explain import explain
from sexton.core.answers.words import length, ring, spelled
from sexton.core.schedules.parse import parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND

WORDS = {
    "30 2 * * 1-5": "At 02:30, Monday to Friday.",
    "* * * * *": "Every minute.",
    "*/15 * * * *": "Every 15 minutes.",
    "5/15 * * * *": "Every 15 minutes (5, 20, 35 and 50 past).",
    "*/7 * * * *": "At minutes 0, 7, 14 … 56 of every hour.",
    "*/10 8-18 * * mon-fri": "Every 10 minutes from 08:00 to 18:50, Monday to Friday.",
    "*/20 */6 1 * *": "Every 20 minutes of every 6th hour from 00 to 18 on the 1st of the month.",
    "15 8-18 * * *": "Every hour from 08:15 to 18:15.",
    "0 22-23,0-5 * * *": "Every hour from 22:00 to 05:00.",
    "0 */2 * * *": "Every 2 hours from 00:00 to 22:00.",
    "0 8,12,18 * * *": "At 08:00, 12:00 and 18:00 every day.",
    "10-20 3-5 * * *": "At minutes 10 to 20 of the hours 03 to 05 every day.",
    "0 0 13 * 5": "At 00:00 on the 13th of the month or on Fridays (either is enough).",
    "0 0 */2 * 1": "At 00:00 on the 1st, 3rd, 5th … 31st of the month if that is a Monday.",
    "0 0 1,2 * */2": "At 00:00 on the 1st and 2nd of the month if that is a Tuesday, Thursday, Saturday or Sunday.",
    "0 0 1 * 0-6": "At 00:00 every day.",
    "0 0 * * fri-mon": "At 00:00, Friday to Monday.",
    "0 0 * * sat,sun": "At 00:00 on Saturdays and Sundays.",
    "0 0 L * *": "At 00:00 on the last day of the month.",
    "0 0 LW * *": "At 00:00 on the last weekday (Monday to Friday) of the month.",
    "0 0 15W,L-3 * *": (
        "At 00:00 on the 3rd day before the last or the weekday (Monday to Friday) nearest to the 15th of the month."
    ),
    "0 0 L-1 * ?": "At 00:00 on the day before the last of the month.",
    "0 0 * * 5#3": "At 00:00 on the third Friday of the month.",
    "0 0 * 3,9 5L": "At 00:00 on the last Friday of the month in March and September.",
    "0 0 * 4-10 *": "At 00:00 from April to October.",
    "0 12 25 12 *": "At 12:00 on 25 December.",
    "0 0 12 25 12 * 2027": "At 12:00 on 25 December 2027.",
    "0 0 12 1 * * 2027-2030": "At 12:00 on the 1st of the month from 2027 to 2030.",
    "* * * * * *": "Every second.",
    "*/10 * * * * *": "Every 10 seconds.",
    "*/10 * 8-9 * * *": "Every 10 seconds from 08:00 to 09:59.",
    "30 0 8 * * *": "At 08:00:30 every day.",
    "0,30 0 8 * * mon": "At 08:00, at seconds 0 and 30 of that minute, on Mondays.",
    "calendar: Mon..Fri *-*-* 08:00": "At 08:00, Monday to Friday.",
    "calendar: *-*-1 18:00:00.5 Europe/London": "At 18:00:00.5 on the 1st of the month, Europe/London time.",
    "@hourly": "Every hour at minute 0.",
    "@weekly": "At 00:00 on Sundays.",
    "@yearly": "At 00:00 on 1 January.",
    "@reboot": "Once at each start of Sexton.",
    "@every 1m": "Every minute, aligned to the clock.",
    "@every 90m": "Every 1 hour 30 minutes, aligned to the clock of UTC.",
    "@every 7m": "Every 7 minutes, aligned to the clock (counted from 1970-01-01 00:00 UTC).",
    "@every 5m from start": "Every 5 minutes, counted from the start of Sexton.",
}


@pytest.mark.parametrize("text", WORDS)
def test_it_reads_as_a_person_would_say_it(text: str) -> None:
    assert explain(parse_schedule([text], "UTC", "job")) == [WORDS[text]]


def test_h_is_said_as_what_it_comes_to_for_the_job() -> None:
    one, two = (explain(parse_schedule(["H H * * *"], "UTC", job)) for job in ("one", "two"))
    assert one != two
    assert one[0].startswith("At ")
    assert "H" not in one[0]


def test_each_rule_has_its_sentence() -> None:
    assert explain(parse_schedule(["@daily", "@reboot"], "UTC", "job")) == [
        "At 00:00 every day.", "Once at each start of Sexton."
    ]  # fmt: skip


def _fields(top: int, *, first: int = 0, extra: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    number = st.integers(first, top).map(str)
    step = st.tuples(st.just("*") | number, st.integers(1, top + 5)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    span = st.tuples(number, number).map(lambda pair: "-".join(sorted(pair, key=int)))
    item = number | step | span | st.just("*") | st.sampled_from(("*", "H", *extra))
    return st.lists(item, min_size=1, max_size=3).map(",".join)


EXPRESSIONS = st.tuples(
    _fields(59),
    _fields(23),
    _fields(31, first=1, extra=("L", "LW", "15W", "L-3")),
    _fields(12, first=1),
    _fields(7, extra=("5#3", "L5", "1L", "0#5")),
).map(" ".join)
TEXTS = (
    EXPRESSIONS
    | st.tuples(_fields(59), EXPRESSIONS).map(" ".join)
    | st.tuples(_fields(59), EXPRESSIONS, _fields(9999, first=1970)).map(" ".join)
    | st.integers(1, 10**9).map(lambda number: f"@every {number}ms")
    | st.sampled_from(["calendar: *:0/7:0/0.25", "calendar: Sat,Sun *-2~01 *:*", "calendar: 2027..2029-*-~3 00/3:00"])
)


@given(TEXTS)
def test_everything_that_can_be_parsed_can_be_said(text: str) -> None:
    try:
        schedule = parse_schedule([text], "UTC", "job")
    except ScheduleError:
        return
    (sentence,) = explain(schedule)
    assert sentence.endswith(".")
    assert "  " not in sentence
    assert "None" not in sentence


def test_lengths_are_exact() -> None:
    assert length(DAY + HOUR + 30 * MINUTE) == "1 day 1 hour 30 minutes"
    assert length(1500 * MILLISECOND) == "1 second 500 milliseconds"
    assert length(SECOND // 3) == "333 milliseconds 333 microseconds"


def test_a_ring_begins_after_a_gap() -> None:
    assert ring([0, 1, 22, 23], 24) == [22, 23, 0, 1]
    assert ring([5, 7, 6], 24) == [5, 6, 7]
    assert ring(range(24), 24) == list(range(24))


def test_rows_of_numbers_are_short() -> None:
    assert spelled([1, 2, 3], str) == "1 to 3"
    assert spelled([1, 2], str) == "1 and 2"
    assert spelled([7], str) == "7"
    assert spelled(range(0, 60, 7), str) == "0, 7, 14 … 56"
