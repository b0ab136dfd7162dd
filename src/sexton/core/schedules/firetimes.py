"""The fire times of a schedule: the union of its rules' instants, each given once.

`FireTimes` asks each rule for its next instant and takes the earliest; few fire times are counted by visiting them,
many by tally.py, without. It keeps nothing but what the rules remember of the calendar: the same question always has
the same answer. `@reboot` gives no fire times.
"""

from sexton.core.schedules.clockchange import CronTimes
from sexton.core.schedules.days import Calendar
from sexton.core.schedules.ticks import Ticks, TickTimes
from sexton.core.schedules.zones import Zone, find_zone
from sexton.model.schedule import Cron, Days, Every, Schedule
from sexton.model.units import Instant

_ANY_DAY = Days(days=-1, months=-1, weekdays=-1)
_VISITED = 4  # a count up to this is sooner visited than reckoned


class FireTimes:
    """The fire times of `schedule`; `started` is the instant that `@every … from start` counts from."""

    __slots__ = ("_crons", "_rules", "_ticks")

    def __init__(self, schedule: Schedule, started: Instant) -> None:
        zone = find_zone(schedule.zone)
        rules = dict.fromkeys(schedule.rules)
        self._crons = tuple(
            CronTimes(rule, find_zone(rule.zone) if rule.zone else zone, schedule)
            for rule in rules
            if isinstance(rule, Cron)
        )
        open_days = Calendar(_ANY_DAY, schedule.left_out) if schedule.left_out else None
        self._ticks = tuple(_tick_times(rule, started, zone, open_days) for rule in rules if isinstance(rule, Every))
        self._rules: tuple[CronTimes | TickTimes, ...] = (*self._crons, *self._ticks)

    @property
    def has_intervals(self) -> bool:
        """Whether some fire times are elapsed time (`@every`), which no step of the wall clock may hold up."""
        return bool(self._ticks)

    def after(self, instant: Instant) -> Instant | None:
        """The first fire time strictly after `instant`; None when there is none (any more)."""
        earliest: Instant | None = None
        for rule in self._rules:
            found = rule.after(instant)
            if earliest is None or (found is not None and found < earliest):
                earliest = found
        return earliest

    def count(self, after: Instant, until: Instant) -> tuple[int, Instant | None, Instant | None]:
        """How many fire times lie in (after, until], the first of them, and the last (None when there are none).

        Takes some microseconds per day and cron rule; the length of the range does not matter to `@every`.
        """
        number, first, last = 0, None, None
        found = self.after(after)
        while found is not None and found <= until:
            if number == _VISITED:
                from sexton.core.schedules.tally import tally  # for a range that a daemon seldom has to count

                number, last = tally(self._crons, self._ticks, after, until)
                break
            number, first, last = number + 1, found if first is None else first, found
            found = self.after(found)
        return number, first, last


def _tick_times(rule: Every, started: Instant, zone: Zone, open_days: Calendar | None) -> TickTimes:
    if rule.from_start:
        return TickTimes(Ticks(started % rule.period, rule.period), started, zone, open_days)
    return TickTimes(Ticks(0, rule.period), None, zone, open_days)
