"""Schedule texts: each kind is told apart, and what can never work is refused before it is used."""

import json
from pathlib import Path

import pytest

from sexton.core.schedules.parse import MOST_EVERY, parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.schedule import AtStart, Cron, Every, Rule
from sexton.model.units import MINUTE

_INVALID = Path(__file__).parents[2] / "data" / "cron_invalid.jsonl"


def rule(text: str) -> Rule:
    return parse_schedule([text], "UTC", "job").rules[0]


@pytest.mark.parametrize(
    ("nickname", "expression"),
    [
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * sun"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 jan *"),
        (" @annually ", "0 0 1 jan *"),
    ],
)
def test_nickname_means_its_expression(nickname: str, expression: str) -> None:
    assert rule(nickname) == rule(expression)


def test_schedule_keeps_texts_and_zone_when_it_has_several_rules() -> None:
    schedule = parse_schedule(["@reboot", "@every 5m", "@every 90s from start"], "Europe/Berlin", "job")
    assert schedule.rules == (AtStart(), Every(5 * MINUTE), Every(90_000_000, from_start=True))
    assert schedule.texts == ("@reboot", "@every 5m", "@every 90s from start")
    assert schedule.zone == "Europe/Berlin"
    assert schedule.at_start


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty text"),
        ("@Daily", "the nicknames are @hourly, @daily"),
        ("@daily 5", "the nicknames are @hourly, @daily"),
        ("@every", "write @every 5m"),
        ("@every 5m from", "or @every 5m from start"),
        ("@every 5", "no unit"),
        ("@every 0s", "more than 0"),
        ("calendar:", "cannot read ''"),
        ("calendar: *-02-30", "can never fire"),
        ("0 0 0 29 2 * 2027,2100", "can never fire"),
        ("0 0 31W 2 *", "can never fire"),
        ("0 0 L-30 2 *", "can never fire"),
        ("0 0 30 2 *", "can never fire"),
        ("0 0 31 2,4,6,9,11 */2", "can never fire"),
    ],
)
def test_text_is_refused_when_it_is_no_schedule(text: str, says: str) -> None:
    with pytest.raises(ScheduleError, match=says):
        rule(text)


@pytest.mark.parametrize("text", ["0 0 29 2 *", "0 0 29 2 */6", "0 0 30 2 mon", "0 0 31 * *"])
def test_text_is_taken_when_its_dates_are_rare(text: str) -> None:
    assert isinstance(rule(text), Cron)


@pytest.mark.parametrize("line", _INVALID.read_text().splitlines())
def test_expression_is_refused_when_every_cron_refuses_it(line: str) -> None:
    with pytest.raises(ScheduleError):
        rule(json.loads(line)["expr"])


@pytest.mark.parametrize(
    ("zone", "says"),
    [
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("berlin", "did you mean Europe/Berlin?"),
        ("EUROPE/LONDON", "did you mean Europe/London?"),
        ("", "no such zone"),
        ("../../etc/passwd", "no such zone"),
        ("a\0b", "no such zone"),
    ],
)
def test_zone_is_refused_with_the_nearest_name_when_it_is_unknown(zone: str, says: str) -> None:
    with pytest.raises(ScheduleError, match=says):
        parse_schedule(["@daily"], zone, "job")


def test_empty_list_is_refused() -> None:
    with pytest.raises(ScheduleError, match="at least one"):
        parse_schedule([], "UTC", "job")


def test_many_intervals_are_refused_when_counting_them_would_take_too_long() -> None:
    assert len(parse_schedule([f"@every {n}m" for n in range(1, MOST_EVERY + 1)], "UTC", "job").rules) == MOST_EVERY
    with pytest.raises(ScheduleError, match="several jobs"):
        parse_schedule([f"@every {n}m" for n in range(1, MOST_EVERY + 2)], "UTC", "job")
