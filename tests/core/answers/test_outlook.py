"""What several jobs will do in a window: merged, counted, bounded."""

from hypothesis import given
from hypothesis import strategies as st

from sexton.core.answers.outlook import Outlook, Seen, Window, changes_of, look_ahead
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.parse import parse_schedule
from sexton.core.schedules.zones import find_zone
from sexton.model.units import DAY, HOUR, MINUTE, SECOND, Instant
from tests.core.schedules.test_firetimes import instant

ZONES = ("UTC", "Europe/London", "America/Havana")
TEXTS = ("*/20 * * * *", "30 1 * * *", "0 0 * * 0", "@every 40m", "0 12 1 1 *", "@reboot", "* * * * *")


def seen(text: str, zone: str = "UTC", started: Instant = 0) -> Seen:
    return Seen(FireTimes(parse_schedule([text], zone, "job"), started), zone)


def looked(jobs: dict[str, Seen], start: Instant, end: Instant, limit: int = 1000) -> Outlook:
    return look_ahead(jobs, Window(start, end), {zone: find_zone(zone) for zone in ZONES}, limit)


@given(
    st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(ZONES)), max_size=5),
    st.sampled_from([instant("2026-03-29T00:10Z"), instant("2026-03-08T04:30Z"), instant("2026-10-25T00:00Z")]),
    st.integers(1, 40),
)
def test_the_list_is_every_minute_that_some_job_names_in_its_order(
    given_jobs: list[tuple[str, str]], start: Instant, limit: int
) -> None:
    jobs = {f"job{place}": seen(text, zone) for place, (text, zone) in enumerate(given_jobs)}
    end = start + 3 * HOUR
    brute = [
        (at, name)
        for at in range(start, end, MINUTE)
        for name, job in jobs.items()
        if job.times.after(at - 1) == at
    ]  # fmt: skip
    outlook = looked(jobs, start, end, limit)
    assert [(firing.at, firing.job) for firing in outlook.firings] == brute[:limit]
    assert outlook.number == len(brute)
    assert set(outlook.others) == set(jobs) - {name for _, name in brute[:limit]}


def test_the_interval_is_since_the_fire_time_before_also_of_the_first() -> None:
    noon = instant("2026-11-22T12:00Z")
    firings = looked({"a": seen("0,20 12 * * *")}, noon, noon + HOUR).firings
    assert [firing.since for firing in firings] == [DAY - 20 * MINUTE, 20 * MINUTE]


def test_the_end_is_not_in_the_window_and_the_start_is() -> None:
    noon = instant("2026-11-22T12:00Z")
    assert [firing.at for firing in looked({"a": seen("@hourly")}, noon, noon + HOUR).firings] == [noon]


def test_a_job_that_is_not_listed_has_its_next_fire_time() -> None:
    noon = instant("2026-11-22T12:00Z")
    jobs = {"a": seen("* * * * *"), "yearly": seen("0 0 1 1 *"), "start": seen("@reboot")}
    outlook = looked(jobs, noon, noon + DAY, limit=3)
    assert (len(outlook.firings), outlook.number) == (3, 1440)
    assert outlook.others == {"yearly": instant("2027-01-01T00:00Z"), "start": None}


def test_a_change_is_shown_near_a_fire_time_of_its_zone_only() -> None:
    spring = instant("2026-03-29T01:00Z")
    jobs = {"a": seen("30 1 * * *", "Europe/London"), "b": seen("30 1 * * *")}
    (change,) = looked(jobs, spring - HOUR, spring + HOUR).changes
    assert change == (spring, "Europe/London", 0, HOUR)
    assert looked(jobs, spring + 3 * DAY, spring + 4 * DAY).changes == ()


def test_the_changes_of_years_are_two_a_year() -> None:
    start = instant("2020-01-01T00:00Z")
    changes = list(changes_of("Europe/London", find_zone("Europe/London"), start, instant("2030-01-01T00:00Z")))
    assert len(changes) == 20
    assert all(abs(change.after - change.before) == HOUR for change in changes)


def test_a_change_at_the_windows_edges_counts_at_its_start_only() -> None:
    zone, spring = find_zone("Europe/London"), instant("2026-03-29T01:00Z")
    assert [one.at for one in changes_of("x", zone, spring, spring + SECOND)] == [spring]
    assert list(changes_of("x", zone, spring - DAY, spring)) == []


def test_a_window_of_ten_years_of_a_job_that_fires_each_second_is_counted_at_once() -> None:
    start = instant("2026-01-01T00:00Z")
    outlook = looked({"a": seen("@every 1s")}, start, start + 3660 * DAY, limit=2)
    assert outlook.number == 3660 * 86_400


def test_jitter_puts_the_start_off_and_not_the_fire_time() -> None:
    noon = instant("2026-11-22T12:00Z")
    firings = looked({"a": seen("@hourly")._replace(jitter=HOUR)}, noon, noon + 3 * HOUR).firings
    assert [firing.at for firing in firings] == [noon, noon + HOUR, noon + 2 * HOUR]
    assert len({firing.delay for firing in firings}) == 3
    assert all(0 <= firing.delay < HOUR for firing in firings)
