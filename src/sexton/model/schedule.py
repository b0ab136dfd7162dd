"""A schedule as data: the rules that give fire times, with their zone. What it means is core/schedules/firetimes.py's.

A rule is one of `Cron`, `Every` and `AtStart`; a schedule is the union of its rules, less the days left out.
"""

from enum import StrEnum
from typing import NamedTuple, TypeAlias

from sexton.model.units import Duration

FIRST_YEAR = 1970  # bit 0 of a set of years


class DstGap(StrEnum):
    """What becomes of fixed times that the clock skips when it is put forward."""

    SHIFT = "shift"  # together they fire once, at the first minute after the gap
    SKIP = "skip"
    EACH = "each"  # each of them fires, a minute apart from the first minute after the gap


class DstOverlap(StrEnum):
    """In which pass fixed times fire that come twice, because the clock is put back."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


class Days(NamedTuple):
    """Which days of the calendar, as bit sets: bit n set means that value n is wanted.

    A day of the month is wanted by `days` (1–31), by `from_end` (n days before the last), or by `nearest` (the Monday
    to Friday nearest to the n-th and in the same month; 0: to the last); a day of the week by `weekdays` (Sunday 0)
    or by `nth` (bit 6 * weekday + n: the n-th of its month, 0: the last). `either`: the day of the month or that of
    the week is enough. `years` counts from 1970; 0 stands for every year.
    """

    days: int
    months: int
    weekdays: int
    either: bool = False
    from_end: int = 0
    nearest: int = 0
    nth: int = 0
    years: int = 0


class Cron(NamedTuple):
    """Times by the wall clock, from crontab(5) or systemd.time(7): every wanted hour, minute and second of `days`.

    `hours` and `minutes` are bit sets, `seconds` the microseconds within a minute, ascending. `fixed_time`: neither
    minute nor hour began with `*`, so cron(8)'s rules for clock changes apply. `zone` is the rule's own, if any.
    """

    minutes: int
    hours: int
    days: Days
    fixed_time: bool
    seconds: tuple[Duration, ...] = (0,)
    zone: str | None = None


class Every(NamedTuple):
    """A fixed interval, aligned to the clock (multiples of `period` since 1970 UTC) or counted `from_start`."""

    period: Duration
    from_start: bool = False


class AtStart(NamedTuple):
    """Once at each start of Sexton (`@reboot`); gives no fire times of its own."""


Rule: TypeAlias = Cron | Every | AtStart


class Schedule(NamedTuple):
    """One or several rules in one IANA time zone; `texts` are the rules as they were written.

    `left_out` are the days on which nothing fires, `left_out_texts` the same as written.
    """

    rules: tuple[Rule, ...]
    zone: str
    texts: tuple[str, ...]
    left_out: tuple[Days, ...] = ()
    left_out_texts: tuple[str, ...] = ()
    dst_gap: DstGap = DstGap.SHIFT
    dst_overlap: DstOverlap = DstOverlap.FIRST

    @property
    def at_start(self) -> bool:
        return any(isinstance(rule, AtStart) for rule in self.rules)

    @property
    def signature(self) -> str:
        """The same for schedules that give the same fire times because they are written alike."""
        lines = [self.zone, *self.texts, *(f"except {text}" for text in self.left_out_texts)]
        if self.dst_gap is not DstGap.SHIFT:
            lines.append(f"dst_gap {self.dst_gap}")
        if self.dst_overlap is not DstOverlap.FIRST:
            lines.append(f"dst_overlap {self.dst_overlap}")
        return "\n".join(lines)
