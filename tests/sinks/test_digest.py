"""A digest is read in a minute: how many of what, then each job and service with when, how often, and why."""

from sexton.core.digest import digest_of
from sexton.sinks import digest
from sexton.sinks import notice as says

WHEN = "2026-03-02T{:02}:00:00+01:00"
AT = "Mon 2026-03-02 {:02}:00:00 +01:00"
FAILED = {"kind": "run", "outcome": "failed", "reason": "exited with code 3"}


def test_what_happened_often_is_one_line_with_its_times_and_the_last_reason() -> None:
    happened = [
        {**FAILED, "job": "a", "ended": WHEN.format(1), "title": "a failed"},
        {"outcome": "fatal", "service": "a", "time": WHEN.format(2), "title": "a is down for good"},
        {**FAILED, "job": "a", "ended": WHEN.format(3), "title": "a failed", "reason": "exited with code 4"},
    ]
    assert digest.lines({"kind": "digest", **digest_of(happened)}, 20, 1000) == [
        "2 failed, 1 fatal",
        f"{AT.format(1)} to {AT.format(3)}: a failed, 2 times, at last: exited with code 4",
        f"{AT.format(2)}: a is down for good",
    ]


def test_a_digest_is_bounded_and_says_how_many_more_there_are() -> None:
    made = digest_of({**FAILED, "job": f"job {number}", "title": f"job {number} failed"} for number in range(5))
    assert digest.lines(made, 2, 1000) == ["5 failed", "job 0 failed", "job 1 failed", "and 3 more"]
    assert digest.lines(made, 20, 70) == ["5 failed", "job 0 failed", "job 1 failed", "and 3 more"]


def test_its_number_is_none_of_fire_times() -> None:
    assert says.facts({"kind": "digest", "outcome": "digest", "count": 69}) == [("Outcome", "digest")]
