"""The five fields: which values a text names, and which texts are refused in which words."""

from zlib import crc32

import pytest

from sexton.core.schedules.cron import parse_cron
from sexton.model.errors import ScheduleError

_PLACES = ("minutes", "hours", "days", "months", "weekdays")
_CRC = crc32(b"job")


def values(text: str, place: str) -> list[int]:
    """The values that `text` means when it stands in the field `place`."""
    fields = ["*"] * 5
    fields[_PLACES.index(place)] = text
    cron = parse_cron(" ".join(fields), "job")
    bits: int = getattr(cron if place in ("minutes", "hours") else cron.days, place)
    return [value for value in range(64) if bits >> value & 1]


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        ("minutes", "*", list(range(60))),
        ("minutes", "5", [5]),
        ("minutes", "05", [5]),
        ("minutes", "*/25", [0, 25, 50]),
        ("minutes", "*/60", [0]),
        ("minutes", "1-9/4", [1, 5, 9]),
        ("minutes", "5/15", [5, 20, 35, 50]),
        ("minutes", "58,3,1-2,3", [1, 2, 3, 58]),
        ("hours", "22/1", [22, 23]),
        ("days", "*/10", [1, 11, 21, 31]),
        ("months", "jan,Mar-MAY", [1, 3, 4, 5]),
        ("months", "nov/1", [11, 12]),
        ("weekdays", "*", [0, 1, 2, 3, 4, 5, 6]),
        ("weekdays", "7", [0]),
        ("weekdays", "0-7", [0, 1, 2, 3, 4, 5, 6]),
        ("weekdays", "5-7", [0, 5, 6]),
        ("weekdays", "6-0", [0, 6]),
        ("weekdays", "7-2", [0, 1, 2]),
        ("weekdays", "FRI-mon", [0, 1, 5, 6]),
        ("weekdays", "fri-tue/2", [0, 2, 5]),
        ("weekdays", "*/3", [0, 3, 6]),
        ("weekdays", "2/2", [2, 4, 6]),
        ("weekdays", "7/3", [0, 3, 6]),
        ("weekdays", "6-7/3", [6]),
        ("days", "?", list(range(1, 32))),
        ("weekdays", "?", [0, 1, 2, 3, 4, 5, 6]),
        ("minutes", "H", [_CRC % 60]),
        ("minutes", "h(10-19)", [10 + _CRC % 10]),
        ("minutes", "H/15", [_CRC % 15 + n for n in (0, 15, 30, 45)]),
        ("minutes", "H(30-59)/10", [30 + _CRC % 10 + n for n in (0, 10, 20)]),
        ("hours", "H", [(_CRC >> 1) % 24]),
        ("days", "H", [1 + (_CRC >> 2) % 28]),
        ("months", "H", [1 + (_CRC >> 3) % 12]),
        ("weekdays", "H", [(_CRC >> 4) % 7]),
        ("weekdays", "5#3", []),
        ("days", "L,3", [3]),
    ],
)
def test_field_names_these_values_when_written_so(place: str, text: str, expected: list[int]) -> None:
    assert values(text, place) == expected


@pytest.mark.parametrize(
    ("text", "either", "fixed_time"),
    [
        ("0 3 * * *", False, True),
        ("0 3 1 * 1", True, True),
        ("0 3 */2 * 1", False, True),
        ("0 3 1 * */2", False, True),
        ("0 3 ? * 1", False, True),
        ("0 3 1 * ?", False, True),
        ("0 3 L * 5#3", True, True),
        ("*/5 3 1 * 1", True, False),
        ("5 */2 1 * 1", True, False),
        ("0-59 0-23 1-31 * 0-6", True, True),
        ("H H * * *", False, True),
        ("* 0 3 * * *", False, True),
        ("0 * 3 * * * *", False, False),
    ],
)
def test_star_is_remembered_when_a_field_begins_with_it(text: str, either: bool, fixed_time: bool) -> None:
    cron = parse_cron(text, "job")
    assert (cron.days.either, cron.fixed_time) == (either, fixed_time)


def test_blanks_do_not_matter_when_they_surround_fields() -> None:
    assert parse_cron("\t0  8\t* * 1 ", "job") == parse_cron("0 8 * * 1", "job")


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("60 * * * *", "minute", "60 is out of range; minutes go from 0 to 59"),
        ("* 24 * * *", "hour", "hours go from 0 to 23"),
        ("* * 0 * *", "day of month", "days of the month go from 1 to 31"),
        ("* * * 13 *", "month", "months go from 1 to 12, or jan to dec"),
        ("* * * * 8", "day of week", "days of the week go from 0 to 7, or sun to sat"),
        ("* * * * friday", "day of week", "three letters, 'fri'"),
        ("50-10 * * * *", "minute", "write two, 50-59,0-10"),
        ("* * * nov-feb *", "month", "write two, 11-12,1-2"),
        ("*/0 * * * *", "minute", "a step is a whole number"),
        ("*/ * * * *", "minute", "a step is a whole number"),
        ("1/2/3 * * * *", "minute", "a step is a whole number"),
        ("1, * * * *", "minute", "an empty place"),
        ("-5 * * * *", "minute", "a value is missing"),
        ("*5 * * * *", "minute", "no value"),
        ("*-5 * * * *", "minute", "no value"),
        ("1-2-3 * * * *", "minute", "no value"),
        ("² * * * *", "minute", "no value"),
        ("* * * mon *", "month", "no value"),
        ("5#3 * * * *", "minute", "no meaning here"),
        ("* L * * *", "hour", "no meaning here"),
        ("* * * ? *", "month", "no meaning here"),
        ("* * 5L * *", "day of month", "no meaning here"),
        ("* * * * 15W", "day of week", "no meaning here"),
        ("* * * * L", "day of week", "no meaning here"),
        ("* * ?,1 * *", "day of month", "no meaning here"),
        ("* * ?/2 * *", "day of month", "no meaning here"),
        ("* * L-31 * *", "day of month", "write L-0 to L-30"),
        ("* * 32W * *", "day of month", "32 is out of range"),
        ("* * 1-15W * *", "day of month", "no meaning here"),
        ("* * * * 5#6", "day of week", "write 5#1 to 5#5"),
        ("* * * * 5#", "day of week", "write 5#1 to 5#5"),
        ("* * * * 8#1", "day of week", "8 is out of range"),
        ("* * * * 1-5#2", "day of week", "no value"),
        ("* * * * 9L", "day of week", "9 is out of range"),
        ("H(5-1) * * * *", "minute", "the range runs backwards"),
        ("H(0-60) * * * *", "minute", "60 is out of range"),
        ("H(0-9)/11 * * * *", "minute", "its range holds no 11 values"),
        ("H/0 * * * *", "minute", "a step is a whole number"),
        ("H-5 * * * *", "minute", "no value"),
        ("60 * * * * *", "second", "seconds go from 0 to 59"),
        ("0 0 0 1 1 * 1969", "year", "years go from 1970 to 9999"),
        ("0 0 0 1 1 * H", "year", "no year is picked"),
        ("0 0 0 8 * * * *", None, "8 fields; write five"),
        ("daily", None, "1 field; write five"),
        ("0 8\n* * *", None, "write five"),
        ("", None, "0 fields; write five"),
    ],
)
def test_text_is_refused_by_field_when_it_is_no_expression(text: str, field: str | None, says: str) -> None:
    with pytest.raises(ScheduleError, match=says) as caught:
        parse_cron(text, "job")
    assert caught.value.field == field
