"""What Sexton has said of late, as values."""

from sexton.logs.heard import CAPACITY, Heard


def test_events_are_numbered_and_told_apart_by_name() -> None:
    heard = Heard()
    heard.add(0, "info", "ingest: run 1 started", {"event": "run_started", "job": "ingest"})
    heard.add(1_000_000, "warning", "something", {})
    assert heard.after(0) == [
        {
            "id": 1,
            "time": "1970-01-01T00:00:00Z",
            "level": "info",
            "event": "run_started",
            "message": "ingest: run 1 started",
            "about": {"job": "ingest"},
        },
        {
            "id": 2,
            "time": "1970-01-01T00:00:01Z",
            "level": "warning",
            "event": "message",
            "message": "something",
            "about": {},
        },
    ]
    assert [event["id"] for event in heard.after(1)] == [2]


def test_only_the_newest_are_kept() -> None:
    heard = Heard()
    for number in range(CAPACITY + 7):
        heard.add(number, "info", "x", {})
    assert [event["id"] for event in heard.after(0)] == list(range(8, CAPACITY + 8))


def test_followers_are_woken_until_they_leave() -> None:
    heard, woken = Heard(), []
    leave = heard.follow(lambda: woken.append(len(heard.after(0))))
    heard.add(0, "info", "x", {})
    leave()
    leave()
    heard.add(0, "info", "x", {})
    assert woken == [1]
