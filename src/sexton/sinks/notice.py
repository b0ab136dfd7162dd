"""What a notice says, for people: its title, its facts in order, the end of the log, and the words for `{{ name }}`.

The notice is JSON of the daemon's making; unknown keys are ignored, missing ones are facts that there are not. Pure.
Invariant: whatever is given out here is free of control characters, and bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sexton.mail.content import Mood
from sexton.mail.tail import last_lines
from sexton.model.notice_words import WORDS
from sexton.wire.clean import one_line, strip
from sexton.wire.spans import took

_GOOD = frozenset({"succeeded", "recovered", "pass", "running"})
_CALM = frozenset({"cancelled", "skipped", "started", "digest", "test", "alive", ""})
_SAID = {"timeout": "timed out", "lost": "lost", "reload_failed": "reload failed"}
_LONGEST = 500  # characters of a fact
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def mood(notice: Mapping[str, Any]) -> Mood:
    outcome = str(notice.get("outcome") or "")
    if outcome in _GOOD:
        return Mood.GOOD
    return Mood.CALM if outcome in _CALM else Mood.BAD


def is_test(notice: Mapping[str, Any]) -> bool:
    """Whether somebody tries the sink, and nothing has happened."""
    return notice.get("kind") == "test"


def about(notice: Mapping[str, Any]) -> str:
    """Whose notice it is: a job's, a service's, or Sexton's own."""
    return one_line(str(notice.get("job") or notice.get("service") or "sexton"), _LONGEST)


def subject(notice: Mapping[str, Any]) -> str:
    """By what notices about the same are known: `job:ingest`, `service:db`, or what of Sexton's own it is."""
    kind = "job" if notice.get("job") else "service" if notice.get("service") else ""
    return f"{kind}:{about(notice)}" if kind else one_line(str(notice.get("kind") or "sexton"), _LONGEST)


def told(notice: Mapping[str, Any]) -> dict[str, Any]:
    """All of it, for programs; the log's end without control characters, but for line ends and tabs."""
    tail = notice.get("tail")
    return {**notice, "tail": strip(tail)} if isinstance(tail, str) else dict(notice)


def outcome(notice: Mapping[str, Any]) -> str:
    """In a word or two, for people; the word of the contract is among the words."""
    word = str(notice.get("outcome") or notice.get("kind") or "")
    return _SAID.get(word, one_line(word, _LONGEST).replace("_", " "))


def title(notice: Mapping[str, Any]) -> str:
    return one_line(str(notice.get("title") or f"{about(notice)}: {outcome(notice)}"), _LONGEST)


def facts(notice: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Labels and values, the most telling first; only those that there are."""
    return [(label, value) for label, value in _facts(notice) if value]


def _facts(notice: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Job", _text(notice, "job")
    yield "Service", _text(notice, "service")
    yield "Outcome", ": ".join(filter(None, (outcome(notice), _text(notice, "reason"))))
    yield "Fire time", moment(notice.get("fire_time"))
    yield "Started", moment(notice.get("started"))
    yield "Ended", moment(notice.get("ended"))
    yield "When", "" if notice.get("ended") else moment(notice.get("time"))
    if notice.get("kind") != "digest":  # whose title says how many notices it has
        yield "Fire times", _text(notice, "count") if notice.get("count") != 1 else ""
    yield "Took", _took(notice)
    yield "Exit code", _text(notice, "exit_code")
    yield "Signal", _text(notice, "signal")
    yield "Attempt", _attempt(notice)
    yield "Before that", _text(notice, "previous")
    yield "Trouble since", _since(notice)
    yield "Run", _text(notice, "run")
    yield "Host", _text(notice, "host")


def words(notice: Mapping[str, Any], sink: str) -> dict[str, str]:
    """What stands for `{{ name }}`: all of WORDS. Where there is no job, `job` is the service, or sexton."""
    found = {name: _text(notice, name) for name in WORDS}
    for name in ("fire_time", "started", "ended", "since"):
        found[name] = moment(notice.get(name))
    return found | {
        "job": about(notice),
        "name": about(notice),
        "outcome": one_line(str(notice.get("outcome") or notice.get("kind") or ""), _LONGEST),
        "title": title(notice),
        "duration": _took(notice),
        "sink": sink,
    }


def tail(notice: Mapping[str, Any], lines: int, limit: int) -> str:
    """The last `lines` lines of the log that are not empty, and no more than `limit` characters of them."""
    return last_lines(str(notice.get("tail") or ""), lines, limit)


def logs(notice: Mapping[str, Any]) -> list[tuple[int, str]]:
    """(attempt, path) of the logs of a run, that of its last attempt at the end; those before it have something."""
    earlier = notice.get("earlier_logs") or ()
    known = [*enumerate(earlier, 1), (len(earlier) + 1, notice.get("log"))]
    return [(attempt, str(path)) for attempt, path in known if path]


def moment(value: object) -> str:
    """`Mon 2026-03-02 08:00:03 +01:00` of an ISO 8601 time with its zone; what is none as it is."""
    try:
        at = datetime.fromisoformat(str(value or ""))
    except ValueError:
        return one_line(str(value or ""), _LONGEST)
    zone = "UTC" if not at.utcoffset() else at.isoformat()[-6:]
    return f"{_DAYS[at.weekday()]} {at:%Y-%m-%d %H:%M:%S} {zone}"


def _since(notice: Mapping[str, Any]) -> str:
    """When what lasts began, in the zone of the other times; nothing where it began with this very notice."""
    try:
        since = datetime.fromisoformat(str(notice.get("since")))
        now = datetime.fromisoformat(str(notice.get("ended") or notice.get("time")))
    except ValueError:
        return ""
    if not (since.tzinfo and now.tzinfo) or abs((now - since).total_seconds()) < 1:
        return ""
    return moment(since.astimezone(now.tzinfo).isoformat())


def _text(notice: Mapping[str, Any], name: str) -> str:
    value = notice.get(name)
    return "" if value is None else one_line(str(value), _LONGEST)


def _took(notice: Mapping[str, Any]) -> str:
    seconds = notice.get("duration")
    return took(seconds) if isinstance(seconds, int | float) else ""


def _attempt(notice: Mapping[str, Any]) -> str:
    attempt, attempts = _text(notice, "attempt"), _text(notice, "attempts")
    if attempt in ("", "1") and attempts in ("", "1"):
        return ""
    return f"{attempt} of {attempts}" if attempts else attempt
