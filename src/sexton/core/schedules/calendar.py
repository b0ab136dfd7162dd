"""systemd's calendar expressions → `Cron`: `Mon..Fri *-*-* 08:00`, `*-02~01`, `*:0/15 Europe/Berlin`, `hourly`.

    expression = shorthand [ zone ] | [ weekdays ] [ date ] [ time ] [ zone ]          (at least one of them)
    date       = [ year "-" ] month ( "-" | "~" ) day           "~" counts days from the last, which is 1
    time       = hour ":" minute [ ":" second ]                 00:00:00 when left out

systemd.time(7); the parts of a date or time are calendar_fields.py's. Days of the week and dates have both to fit.
When clocks change, these rules do as all others do, where systemd drops what a gap skips (`dst_gap` chooses).
"""

from typing import NamedTuple

from sexton.core.schedules.calendar_fields import (
    read_from_end,
    read_numbers,
    read_seconds,
    read_weekdays,
    read_years,
    weekdays_only,
)
from sexton.core.schedules.cron_fields import DAY, HOUR, MINUTE, MONTH
from sexton.core.schedules.zones import find_zone
from sexton.model.errors import ScheduleError
from sexton.model.schedule import Cron, Days

SHORTHANDS = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
    "yearly": "*-01-01 00:00:00",
    "annually": "*-01-01 00:00:00",
}
_ADVICE = "write it as calendar: Mon..Fri *-*-* 08:00"


class Parts(NamedTuple):
    """The words of an expression, None where one is left out."""

    weekdays: str | None
    date: str | None
    time: str | None
    zone: str | None


def parse_calendar(text: str) -> Cron:
    """Read what follows `calendar:`. Raises ScheduleError, whose `field` names the part at fault."""
    parts = _split(text)
    hour, minute, second = _split_time(parts.time or "00:00")
    if parts.zone is not None:
        find_zone(parts.zone)
    return Cron(
        minutes=read_numbers(MINUTE, minute),
        hours=read_numbers(HOUR, hour),
        seconds=read_seconds(second),
        days=_read_days(parts),
        fixed_time=not (minute.startswith("*") or hour.startswith("*")),
        zone=parts.zone,
    )


def parse_calendar_days(text: str) -> Days:
    """Read an expression that means whole days. Raises ScheduleError, also for one with a time or a zone."""
    parts = _split(text)
    if parts.time is not None or parts.zone is not None:
        what = "time" if parts.time is not None else "zone"
        raise ScheduleError(f"cannot leave out {text!r}: whole days are meant, without a {what}; write *-12-25 or Sun")
    return _read_days(parts)


def _split(text: str) -> Parts:
    words = text.replace(", ", ",").split()
    zone = words.pop() if len(words) > 1 and _is_zone(words[-1]) else None
    if len(words) == 1:
        words = SHORTHANDS.get(words[0].lower(), words[0]).split()
    if words and words[-1][0] in "*0123456789":
        words[-1:] = words[-1].split("T")  # 2026-12-25T08:00, as ISO 8601 has it
    weekdays = words.pop(0).rstrip(",") if words and words[0][0].isalpha() else None
    date = words.pop(0) if words and ":" not in words[0] else None
    time = words.pop(0) if words else None
    if words or (weekdays, date, time) == (None, None, None):
        raise ScheduleError(f"cannot read {text!r} as a calendar expression; {_ADVICE}")
    return Parts(weekdays, date, time, zone)


def _is_zone(word: str) -> bool:
    return word[0].isalpha() and not weekdays_only(word)


def _split_time(text: str) -> tuple[str, str, str]:
    parts = text.split(":")
    if not 2 <= len(parts) <= 3:
        raise ScheduleError(f"cannot read the time {text!r}; write 08:00, or 08:00:00")
    return parts[0], parts[1], parts[2] if len(parts) == 3 else "0"


def _read_days(parts: Parts) -> Days:
    year, month, day, from_end = _split_date(parts.date or "*-*-*")
    return Days(
        days=0 if from_end else read_numbers(DAY, day),
        from_end=read_from_end(day) if from_end else 0,
        months=read_numbers(MONTH, month),
        weekdays=0b1111111 if parts.weekdays is None else read_weekdays(parts.weekdays),
        years=read_years(year),
    )


def _split_date(text: str) -> tuple[str, str, str, bool]:
    """Year, month, day, and whether the day counts from the end."""
    before, tilde, day = text.partition("~")
    parts = [*before.split("-"), day] if tilde else text.split("-")
    if not 2 <= len(parts) <= 3:
        raise ScheduleError(f"cannot read the date {text!r}; write *-12-25, 12-25, or *-02~01 for the last of February")
    year, month, day = parts if len(parts) == 3 else ("*", *parts)
    return year, month, day, bool(tilde)
