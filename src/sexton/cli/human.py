"""Times, lengths and sizes as people say them: `today 08:00`, `in 3h12m`, `2m03s`, `12.3 MB`.

Takes what the API gives (ISO 8601 instants, seconds, bytes) and the present as seconds since 1970; local time is
the process's own (TZ). Pure but for the zone; English whatever the locale, as the rest of the output is.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sexton.wire.spans import DAY, HOUR, MINUTE, two_units

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SAME_YEAR = 300  # days for which a date without its year cannot be taken for another


def number(count: int, noun: str) -> str:
    """`1 job`, `2 jobs`."""
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"


def rough(seconds: float) -> str:
    """A length in whole units, rounded down: `45s`, `12m`, `3h12m`, `2d04h`."""
    whole = max(0, int(seconds))
    if whole < HOUR:
        return f"{whole}s" if whole < MINUTE else f"{whole // MINUTE}m"
    return two_units(whole)


def cpu(seconds: float | None) -> str:
    """CPU time: `0.8s` or, from a minute on, `2m03s`; nothing for None."""
    if seconds is None:
        return ""
    tenths = round(seconds, 1)
    return f"{tenths:.1f}s" if tenths < MINUTE else two_units(round(seconds))


def size(count: int | None) -> str:
    """Bytes in powers of 1000: `512 B`, `12.3 MB`; nothing for None."""
    if count is None:
        return ""
    if count < 1000:
        return f"{count} B"
    value, units = count / 1000, ["kB", "MB", "GB", "TB"]
    while round(value, 1) >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.1f} {units[0]}"


def past(instant: str | None, now: float) -> str:
    """An instant that is over: `45s ago`, `2m ago`, `today 08:00`, `Mon 08:00`, `20 Feb 08:00`, `2025-11-16`."""
    if instant is None:
        return ""
    then = _parse(instant)
    ago = now - then.timestamp()
    return f"{rough(ago)} ago" if 0 <= ago < HOUR else _day_and_minute(then, now)


def future(instant: str | None, now: float) -> str:
    """An instant to come: `now`, `in 45s`, `in 3h12m`, `tomorrow 08:00`, `Mon 08:00`, `24 Jun 08:00`, `2027-12-24`."""
    if instant is None:
        return ""
    then = _parse(instant)
    left = then.timestamp() - now
    if left <= 0:
        return "now"
    return f"in {rough(left)}" if left < DAY else _day_and_minute(then, now)


def clock(instant: str | None, now: float) -> str:
    """An instant as a day and a minute of local time, however near it is."""
    return "" if instant is None else _day_and_minute(_parse(instant), now)


def seconds_of(instant: str) -> float:
    """An ISO 8601 instant as seconds since 1970."""
    return _parse(instant).timestamp()


def _parse(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone()


def _day_and_minute(then: datetime, now: float) -> str:
    today = datetime.fromtimestamp(now, UTC).astimezone().date()
    days = (then.date() - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if near is None and abs(days) > _SAME_YEAR:
        return then.date().isoformat()
    if near is None:
        near = _WEEKDAYS[then.weekday()] if -7 < days < 7 else f"{then.day} {_MONTHS[then.month - 1]}"
    return f"{near} {then:%H:%M}"
