"""Schedule texts → `Schedule`: cron expressions, crontab(5)'s nicknames, and `@every`.

Each text is told by its beginning and read by one reader; a new kind of schedule is one more reader. Everything
that can be known to be wrong is refused here, dates that never come and zones that do not exist included, so that
whoever holds a `Schedule` may ask it for fire times without fear.
"""

from collections.abc import Sequence

from sexton.core.cron import parse_cron
from sexton.core.durations import parse_duration
from sexton.core.wall import Wall
from sexton.core.zones import find_zone
from sexton.model.errors import ScheduleError
from sexton.model.schedule import AtStart, Cron, Every, Rule, Schedule

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
_FROM_START = ["from", "start"]


def parse_schedule(texts: Sequence[str], zone: str, key: str) -> Schedule:
    """Read one or several rules that hold in the IANA zone `zone`; `key` is the name of their job.

    Raises ScheduleError for what is no schedule, for one that can never fire and for an unknown zone.
    """
    if not texts:
        raise ScheduleError("cannot make a schedule of nothing: the list is empty; write at least one expression")
    find_zone(zone)
    rules = tuple(_read(text, key) for text in texts)
    if sum(isinstance(rule, Every) for rule in rules) > MOST_EVERY:
        raise ScheduleError(f"cannot join more than {MOST_EVERY} @every rules in one schedule; make several jobs")
    return Schedule(rules, zone, tuple(texts))


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
    if words[0].lower() == "calendar:":
        raise ScheduleError(f"cannot read {text!r}: calendar expressions are not understood yet; write five fields")
    return _read_cron(text, key)


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


def _read_cron(text: str, key: str) -> Cron:
    cron = parse_cron(text, key)
    if not Wall(cron).ever():
        raise ScheduleError(f"cannot use {text!r}: it can never fire, for no such date exists; correct day or month")
    return cron
