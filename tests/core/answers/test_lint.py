"""What is warned of in schedules, and what is not."""

import pytest
from hypothesis import given

from sexton.core.answers.lint import lint
from sexton.core.answers.lint_days import as_calendar
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.parse import parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.schedule import Cron
from sexton.model.units import DAY
from tests.core.answers.test_explain import TEXTS
from tests.core.schedules.test_firetimes import instant

NOW = instant("2026-11-22T12:00Z")


def warnings(*texts: str, zone: str = "UTC") -> list[str]:
    return [warning for _, warning in lint(parse_schedule(texts, zone, "job"), NOW)]


QUIET = """
*/15 * * * *|5/15 * * * *|0 */6 * * *|0-30/7 * * * *|0 8-18/4 * * *|H/7 * * * *|* * * * *|*/10 * * * * *|@daily
0 0 * * 1-5|0 0 1 * *|0 0 31 1,3,12 *|0 0 25-31 * *|0 0 L * *|0 0 1 * ?|0 0 ? * 5#3|0 0 1 */3 *
@every 7m|calendar: *-*-31 00:00
"""
LIMPS = "in the minute field is 0, 7, 14 … 56, and then 0 again 4 minutes later; for an even rhythm write"
EITHER = "both day fields are restricted, so that either is enough: it fires"
BOTH = "begins with *, so that both day fields have to fit: it fires"
SAID = {
    "*/7 * * * *": f"'*/7' {LIMPS} @every 7m or a step that divides 60",
    "*/7 8-18 * * *": f"'*/7' {LIMPS} a step that divides 60",  # @every would go on through the night
    "*/90 * * * *": "the step of '*/90' leads out of the minute field, so that 0 is all there is; "
    "for an even rhythm write @every 90m or a step that divides 60",
    "0 */5 * * *": "'*/5' in the hour field is 0, 5, 10, 15 and 20, and then 0 again 4 hours later; "
    "for an even rhythm write @every 5h (counted in UTC) or a step that divides 24",
    "0 0 */2 * *": "'*/2' in the day of month field is 1, 3, 5 … 31, and then 1 again a day or a few later; "
    "for an even rhythm write @every 2d (at 00:00 UTC) or the days that are meant",
    "0 0 31 * *": "February, April, June, September and November have no 31st, so nothing fires there on it; "
    "for the last day of each month write L",
    "0 0 29,30 2-4 *": "February has no 29th but in leap years, so nothing fires there on it; "
    "for the last day of each month write L",
    "0 0 29 2 *": "29 February comes in leap years only; for the last day of February write L",
    "0 0 13 * 5": f"{EITHER} on the 13th of the month or on Fridays; "
    "for both at once write calendar: Fri *-*-13 00:00; for either, say so by two schedules in a list",
    "0 0 8-14 * 1": f"{EITHER} on the 8th to 14th of the month or on Mondays; "
    "for the 2nd Monday of the month write 1#2 and * as the day of month",
    "0 0 5 2 1": f"{EITHER} on the 5th of the month or on Mondays in February; "
    "for both at once write calendar: Mon *-02-05 00:00; for either, say so by two schedules in a list",
    "0 0 1 * 0-6": f"{EITHER} on every day; write * in the field that does not matter",
    "0 0 */2 * 1": f"'*/2' {BOTH} on the 1st, 3rd, 5th … 31st of the month if that is a Monday; "
    "where either shall be enough write 1-31/2",
}


@pytest.mark.parametrize("text", QUIET.strip().replace("\n", "|").split("|"))
def test_nothing_is_said_of_what_does_as_it_looks(text: str) -> None:
    assert warnings(text) == []


@pytest.mark.parametrize("text", SAID)
def test_a_surprise_is_said_with_its_consequence_and_a_way_out(text: str) -> None:
    assert warnings(text)[0] == SAID[text]


def test_a_fixed_time_in_a_gap_is_told_with_both_dates() -> None:
    (said,) = warnings("30 2 * * *", zone="Europe/Berlin")
    assert said == (
        "02:30 does not exist on Sun 2027-03-28 (it fires at 03:00 instead) and comes twice on Sun 2027-10-31 "
        '(it fires the first time only); untouched are times outside of 02:00 to 02:59, @every, and timezone = "UTC"'
    )


def test_a_wildcard_that_loses_its_only_hour_is_told() -> None:
    (said,) = warnings("*/15 2 * * *", zone="Europe/Berlin")
    assert said.startswith(
        "the 4 times from 02:00 to 02:45 do not exist on Sun 2027-03-28 "
        "(they do not fire, so that nothing fires for 1d22h15m); "
    )


@pytest.mark.parametrize(
    "text", ["*/15 * * * *", "0 * * * *", "0 4 * * *", "30 2 * * 1-5", "@every 5m", "* * * * * *", "0 3 * * *"]
)
def test_clock_changes_are_no_matter_where_they_change_nothing(text: str) -> None:
    assert warnings(text, zone="Europe/Berlin") == []


def test_a_calendar_with_a_zone_of_its_own_is_judged_there() -> None:
    assert warnings("calendar: *-*-* 02:30 Europe/Berlin")[0].startswith("02:30 does not exist on Sun 2027-03-28")


def test_each_warning_has_the_place_of_its_text() -> None:
    schedule = parse_schedule(["@daily", "*/7 * * * *", "30 2 * * *"], "Europe/Berlin", "job")
    assert [place for place, _ in lint(schedule, NOW)] == [1, None]


@given(TEXTS)
def test_everything_that_can_be_parsed_can_be_judged_and_a_way_out_is_right(text: str) -> None:
    try:
        schedule = parse_schedule([text], "UTC", "job")
    except ScheduleError:
        return
    (rule,) = schedule.rules
    for _, said in lint(schedule, NOW):
        assert ";" in said
        if "for both at once write " in said:
            assert isinstance(rule, Cron)
            assert as_calendar(rule) in said
            _assert_both(as_calendar(rule), rule)


def _assert_both(suggested: str, rule: Cron) -> None:
    """The suggestion fires on the days on which both day fields fit."""
    meant = parse_schedule([suggested], "UTC", "job")
    both = meant._replace(rules=(rule._replace(days=rule.days._replace(either=False), fixed_time=True),))
    assert FireTimes(meant, 0).after(NOW) == FireTimes(both, 0).after(NOW)
    assert FireTimes(meant, 0).count(NOW, NOW + 60 * DAY) == FireTimes(both, 0).count(NOW, NOW + 60 * DAY)
