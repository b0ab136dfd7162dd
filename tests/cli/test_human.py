"""Times, lengths and sizes as people say them."""

import time

import pytest

from sexton.cli import human

NOW = 1772611200.0  # Wednesday, 2026-03-04 08:00:00 UTC


@pytest.mark.parametrize(("seconds", "said"), [(None, ""), (0.04, "0.0s"), (0.83, "0.8s"), (59.97, "1m00s")])
def test_cpu_time_is_said_in_tenths(seconds: float | None, said: str) -> None:
    assert human.cpu(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (12_300_000, "12.3 MB"),
        (999_960, "1.0 MB"),
        (5_000_000_000, "5.0 GB"),
        (9 * 10**15, "9000.0 TB"),
    ],
)
def test_size_is_said_in_powers_of_a_thousand(count: int | None, said: str) -> None:
    assert human.size(count) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (None, ""),
        ("2026-03-04T07:59:15Z", "45s ago"),
        ("2026-03-04T07:57:59.5Z", "2m ago"),
        ("2026-03-04T07:00:01Z", "59m ago"),
        ("2026-03-04T07:00:00Z", "today 07:00"),
        ("2026-03-04T08:00:30Z", "today 08:00"),
        ("2026-03-03T23:59:59Z", "yesterday 23:59"),
        ("2026-03-02T08:00:00Z", "Mon 08:00"),
        ("2026-02-25T08:00:00Z", "25 Feb 08:00"),
        ("2025-02-25T08:00:00Z", "2025-02-25"),
    ],
)
def test_past_is_said_the_shorter_the_nearer_it_is(instant: str | None, said: str) -> None:
    assert human.past(instant, NOW) == said


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (None, ""),
        ("2026-03-04T08:00:00Z", "now"),
        ("2026-03-04T08:00:45Z", "in 45s"),
        ("2026-03-04T11:12:30Z", "in 3h12m"),
        ("2026-03-05T08:00:00Z", "tomorrow 08:00"),
        ("2026-03-06T08:00:00Z", "Fri 08:00"),
        ("2026-12-24T08:00:00Z", "24 Dec 08:00"),
        ("2027-03-04T08:00:00Z", "2027-03-04"),
    ],
)
def test_future_is_said_the_shorter_the_nearer_it_is(instant: str | None, said: str) -> None:
    assert human.future(instant, NOW) == said


def test_day_is_the_local_one_when_the_zone_is_not_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    assert human.past("2026-03-03T22:30:00Z", NOW) == "today 07:30"
