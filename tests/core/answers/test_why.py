"""Why a schedule fires at a time, or does not."""

from hypothesis import given
from hypothesis import strategies as st

from sexton.core.answers.why import Judged, Why, why
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.localtime import read_time, written
from sexton.core.schedules.parse import parse_schedule
from sexton.core.schedules.zones import find_zone
from sexton.model.errors import ScheduleError
from sexton.model.schedule import Cron
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.core.answers.test_explain import TEXTS
from tests.core.schedules.test_firetimes import instant


def asked(text: str, at: str, zone: str = "Europe/Berlin", *, left_out: tuple[str, ...] = (), started: int = 0) -> Why:
    schedule = parse_schedule([text], zone, "job", left_out)
    return why(schedule, read_time(at, find_zone(zone)), started)


def misfits(found: Why) -> list[str]:
    (rule,) = found.rules
    return [part.field for part in rule.parts if not part.fits]


def test_each_field_says_what_is_shown_and_what_is_wanted() -> None:
    (rule,) = asked("*/15 8-18 * * mon-fri", "2026-11-22T08:20").rules
    assert rule == Judged(
        "*/15 8-18 * * mon-fri",
        "every 15 minutes from 08:00 to 18:45, Monday to Friday",
        False,
        (
            ("minute", "20", "00, 15, 30 and 45", False),
            ("hour", "08", "08 to 18", True),
            ("day of month", "22nd", "any", True),
            ("month", "November", "any", True),
            ("day of week", "Sunday", "Monday to Friday", False),
        ),  # type: ignore[arg-type]
        "",
    )


def test_a_fire_time_fits_and_has_its_neighbours() -> None:
    found = asked("30 8 * * *", "2026-11-22T08:30")
    assert (found.fires, found.at, misfits(found), found.notes) == (True, instant("2026-11-22T07:30Z"), [], ())
    assert (found.before, found.after) == (instant("2026-11-21T07:30Z"), instant("2026-11-23T07:30Z"))


def test_either_day_field_is_enough_when_both_are_restricted() -> None:
    found = asked("0 0 13 * 5", "2026-11-13T00:00")
    assert (found.fires, found.rules[0].joined) == (True, "either day field is enough")
    friday = asked("0 0 13 * 5", "2026-11-20T00:00")
    assert (friday.fires, misfits(friday), friday.rules[0].fits) == (True, ["day of month"], True)


def test_both_day_fields_have_to_fit_when_one_begins_with_a_star() -> None:
    found = asked("0 0 */2 * 1", "2026-11-22T00:00")
    assert (found.fires, misfits(found)) == (False, ["day of month", "day of week"])
    assert found.rules[0].joined == "both day fields have to fit"


def test_a_skipped_time_comes_down_to_the_one_that_stands_in_for_it() -> None:
    found = asked("30 2 * * *", "2026-03-29T02:30")
    assert (found.fires, found.at) == (True, instant("2026-03-29T01:00Z"))
    when = "on Sun 2026-03-29, when the clock goes forward from 02:00 to 03:00"
    assert found.notes == (f"{when}: 02:30 does not exist and fires at 03:00 instead",)


def test_a_skipped_time_that_nobody_wanted_is_said_not_to_exist() -> None:
    found = asked("30 8 * * *", "2026-03-29T02:30")
    assert (found.fires, found.at) == (False, None)
    assert found.notes == ("the clock of Europe/Berlin never showed 02:30 on Sun 2026-03-29",)


def test_what_fires_in_place_of_a_skipped_time_is_explained() -> None:
    found = asked("30 2 * * *", "2026-03-29T03:00")
    assert (found.fires, found.rules[0].fits) == (True, False)
    assert "02:30 does not exist and fires at 03:00 instead" in found.notes[0]


def test_the_second_pass_is_explained() -> None:
    found = asked("30 2 * * *", "2026-10-25T02:30+01:00")
    assert (found.fires, found.rules[0].fits) == (False, True)
    assert found.notes[0].endswith("02:30 comes twice and fires the first time only")


def test_days_left_out_are_named() -> None:
    found = asked("0 8 * * *", "2026-12-25T08:00", left_out=("2026-12-25",))
    assert (found.fires, found.rules[0].fits) == (False, True)
    assert found.notes == ("the day is left out: on 25 December 2026",)


def test_seconds_and_years_are_fields_where_they_are_written() -> None:
    found = asked("30 0 8 * * * 2027", "2026-11-22T08:00:00")
    assert misfits(found) == ["second", "year"]


def test_intervals_and_starts_have_no_fields() -> None:
    started = instant("2026-11-22T08:17Z")
    assert asked("@every 5m", "2026-11-22T08:05").rules[0].fits
    assert not asked("@every 5m from start", "2026-11-22T08:05Z", started=started).fires
    assert asked("@every 5m from start", "2026-11-22T08:22Z", started=started).fires
    assert not asked("@reboot", "2026-11-22T08:05").rules[0].fits


def test_a_rule_with_a_zone_of_its_own_is_read_on_that_wall() -> None:
    found = asked("calendar: *-*-* 08:00 America/New_York", "2026-11-22T14:00")
    assert (found.fires, found.rules[0].fits, found.rules[0].parts[1].value) == (True, True, "08")


@given(
    TEXTS,
    st.sampled_from(["UTC", "Europe/London", "America/Havana", "Australia/Lord_Howe"]),
    st.integers(instant("2026-01-01T00:00Z") // MINUTE, instant("2028-01-01T00:00Z") // MINUTE),
)
def test_the_answer_is_the_schedules_own_and_the_fields_agree_with_it(text: str, zone: str, minute: int) -> None:
    try:
        schedule = parse_schedule([text], zone, "job")
    except ScheduleError:
        return
    times, at = FireTimes(schedule, 0), minute * MINUTE
    nearby = times.after(at)
    for instant_ in (at, *([nearby] if nearby is not None and nearby < instant("9000-01-01T00:00Z") else [])):
        said = written(instant_ + find_zone(zone).stretch(instant_ // SECOND).offset * SECOND, find_zone(zone))
        found = why(schedule, said._replace(instants=(instant_,)), 0)
        assert found.fires == (times.after(instant_ - 1) == instant_)
        if isinstance(schedule.rules[0], Cron) and not found.notes:
            assert found.rules[0].fits == found.fires
        assert found.after == times.after(instant_)


@given(st.integers(0, 3 * HOUR // MINUTE))
def test_every_minute_of_a_spring_night_has_an_answer(minute: int) -> None:
    night = instant("2026-03-29T01:00Z")  # as a wall time: 01:00
    found = why(
        parse_schedule(["30 2 * * *"], "Europe/Berlin", "job"),
        written(night + minute * MINUTE, find_zone("Europe/Berlin")),
        0,
    )
    skipped = 60 <= minute < 120
    assert (found.fires, bool(found.notes)) == (skipped or minute == 120, 60 <= minute <= 120)
    assert found.at is not None
    assert found.at - night < DAY
