"""What a clock change does to a schedule, found out by asking the schedule itself.

The same rules on a wall without changes say what would fire; the schedule in its zone says what does. The difference
is the effect, whatever policy and grammar led to it. Looks at one change at a time, and a few fire times beside it.
"""

from typing import NamedTuple

from sexton.core.answers.outlook import Change
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.intervals import previous_fire_time
from sexton.core.schedules.zones import LARGEST_CHANGE
from sexton.model.schedule import Cron, Rule, Schedule
from sexton.model.units import HOUR, SECOND, Duration, Instant

_MOST_MADE_UP = 3


class Gap(NamedTuple):
    """The clock is put forward over `number` times that the wall never shows, `first` to `last` (wall times).

    `made_up`: the instants at which they fire instead (the first few); `pause` and `usual`: how long nothing fires
    over the change, and how long nothing fires there on a day without one.
    """

    change: Change
    number: int
    first: Instant
    last: Instant
    made_up: tuple[Instant, ...]
    pause: Duration
    usual: Duration


class Repeat(NamedTuple):
    """The clock is put back over `number` times that the wall shows twice, `first` to `last` (wall times), of which
    so many fire in the `first_pass`, and so many in the `second_pass`."""

    change: Change
    number: int
    first: Instant
    last: Instant
    first_pass: int
    second_pass: int


def parts(schedule: Schedule) -> list[Schedule]:
    """The schedule's wall-clock rules, a schedule for each zone that they are kept in: `calendar:` may name its own."""
    found: dict[str, list[Rule]] = {}
    for rule in schedule.rules:
        if isinstance(rule, Cron):
            found.setdefault(rule.zone or schedule.zone, []).append(rule._replace(zone=None))
    return [schedule._replace(rules=tuple(rules), zone=zone) for zone, rules in found.items()]


def on_the_wall(part: Schedule) -> FireTimes:
    """One of `parts` on a wall that is never changed: an instant of its fire times, taken as UTC, is a wall time."""
    return FireTimes(part._replace(zone="UTC"), 0)


def effect_of(part: Schedule, change: Change) -> Gap | Repeat | None:
    """What `change`, of the zone of one of `parts`, does to it; None when it touches nothing, or is no clock change
    but a correction of more than three hours."""
    if abs(change.after - change.before) > LARGEST_CHANGE * SECOND:
        return None
    before, after = change.at + change.before, change.at + change.after
    low, high = min(before, after), max(before, after)
    number, first, last = on_the_wall(part).count(low - 1, high - 1)
    if first is None or last is None:
        return None
    if after > before:
        return _gap(part, change, number, first, last)
    times, length = FireTimes(part, 0), high - low
    first_pass = times.count(change.at - length - 1, change.at - 1)[0]
    second_pass = times.count(change.at - 1, change.at + length - 1)[0]
    return Repeat(change, number, first, last, first_pass, second_pass)


def _gap(part: Schedule, change: Change, number: int, first: Instant, last: Instant) -> Gap:
    wall, times = on_the_wall(part), FireTimes(part, 0)
    made_up: list[Instant] = []
    at = times.after(change.at - 1)
    while at is not None and at < change.at + HOUR and len(made_up) < _MOST_MADE_UP:
        if wall.after(at + change.after - 1) != at + change.after:
            made_up.append(at)
        at = times.after(at)
    pause = _pause(times, change.at)
    usual = max(_pause(wall, at) for at in (first, last + 1))
    return Gap(change, number, first, last, tuple(made_up), pause, usual)


def _pause(times: FireTimes, at: Instant) -> Duration:
    """How long nothing fires around `at`, which a fire time ends that lies on it."""
    before, following = previous_fire_time(times, at), times.after(at - 1)
    return 0 if before is None or following is None else following - before
