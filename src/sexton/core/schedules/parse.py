"""Schedule texts → `Schedule`: cron expressions, crontab(5)'s nicknames, `@every`, and `calendar:`.

Each text is told by its beginning and read by one reader; a new kind of schedule is one more reader. Everything
that can be known to be wrong is refused here, dates that never come and zones that do not exist included, so that
whoever holds a `Schedule` may ask it for fire times without fear.
"""

import re
from collections.abc import Sequence
from datetime import date

from sexton.core.durations import parse_duration
from sexton.core.schedules.cron import parse_cron
from sexton.core.schedules.days import Calendar, ever_comes
from sexton.core.schedules.zones import find_zone
from sexton.model.errors import ScheduleError
from sexton.model.schedule import FIRST_YEAR, AtStart, Cron, Days, DstGap, DstOverlap, Every, Rule, Schedule

MOST_EVERY = 8

_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_CALENDAR = "calendar:"
_FROM_START = ["from", "start"]
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parse_schedule(
    texts: Sequence[str],
    zone: str,
    key: str,
    left_out: Sequence[str] = (),
    dst_gap: DstGap = DstGap.SHIFT,
    dst_overlap: DstOverlap = DstOverlap.FIRST,
) -> Schedule:
    """Read one or several rules that hold in the IANA zone `zone`; `key` is the name of their job.

    `left_out` names days on which nothing fires: dates such as 2026-12-25, or calendar expressions without a time.
    Raises ScheduleError for what is no schedule, for one that can never fire and for an unknown zone.
    """
    if not texts:
        raise ScheduleError("cannot make a schedule of nothing: the list is empty; write at least one expression")
    find_zone(zone)
    rules = tuple(_read(text, key) for text in texts)
    if sum(isinstance(rule, Every) for rule in rules) > MOST_EVERY:
        raise ScheduleError(f"cannot join more than {MOST_EVERY} @every rules in one schedule; make several jobs")
    out = tuple(map(parse_left_out, left_out))
    for rule, text in zip(rules, texts, strict=True):
        _check_days_are_left(rule, text, out)
    return Schedule(rules, zone, tuple(texts), out, tuple(left_out), dst_gap, dst_overlap)


def parse_left_out(text: str) -> Days:
    """Days on which nothing fires: a date of ISO 8601, or a calendar expression. Raises ScheduleError."""
    if text[: len(_CALENDAR)].lower() == _CALENDAR:
        from sexton.core.schedules.calendar import parse_calendar_days  # few plans have any

        return parse_calendar_days(text[len(_CALENDAR) :].strip())
    try:
        day = date.fromisoformat(text if _DATE.fullmatch(text) else "")
        if day.year < FIRST_YEAR:
            raise ValueError
    except ValueError:
        raise ScheduleError(
            f"cannot read {text!r} as days to leave out; write a date (2026-12-25), or calendar: Sat,Sun"
        ) from None
    return Days(days=1 << day.day, months=1 << day.month, weekdays=0b1111111, years=1 << day.year - FIRST_YEAR)


def _read(text: str, key: str) -> Rule:
    words = text.split()
    if not words:
        raise ScheduleError("cannot read an empty text as a schedule; write five fields, or @daily, or @every 5m")
    if words[0] == "@every":
        return _read_every(text, words[1:])
    if words == ["@reboot"]:
        return AtStart()
    if words[0].startswith("@"):
        return _read_nickname(text, key)
    if text.lstrip()[: len(_CALENDAR)].lower() == _CALENDAR:
        from sexton.core.schedules.calendar import parse_calendar

        return _that_fires(parse_calendar(text.lstrip()[len(_CALENDAR) :]), text)
    return _that_fires(parse_cron(text, key), text)


def _read_nickname(text: str, key: str) -> Cron:
    expression = _NICKNAMES.get(text.strip())
    if expression is None:
        known = ", ".join([*_NICKNAMES, "@reboot", "@every 5m"])
        raise ScheduleError(f"cannot read {text!r}: there is no such nickname; the nicknames are {known}")
    return parse_cron(expression, key)


def _read_every(text: str, words: list[str]) -> Every:
    if not words or words[1:] not in ([], _FROM_START):
        raise ScheduleError(f"cannot read {text!r}; write @every 5m, or @every 5m from start")
    return Every(parse_duration(words[0]), from_start=words[1:] == _FROM_START)


def _that_fires(rule: Cron, text: str) -> Cron:
    if not ever_comes(rule.days):
        raise ScheduleError(f"cannot use {text!r}: it can never fire, for no such date exists; correct day or month")
    return rule


def _check_days_are_left(rule: Rule, text: str, left_out: Sequence[Days]) -> None:
    if isinstance(rule, AtStart) or not left_out:
        return
    days = rule.days if isinstance(rule, Cron) else Days(days=-1, months=-1, weekdays=-1)
    if Calendar(days, left_out).next_day(0) is None:
        raise ScheduleError(f"cannot use {text!r}: it can never fire, for all of its days are left out")
