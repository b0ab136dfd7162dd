"""A schedule as data: the rule that gives fire times, with its zone. What it means is core/firetimes.py's.

A rule is one of `Cron`, `Every` and `AtStart`; a schedule is the union of its rules.
"""

from typing import NamedTuple, TypeAlias

from sexton.model.units import Duration


class Cron(NamedTuple):
    """Five fields as bit sets: bit n set means that value n is wanted (crontab(5)).

    `weekdays` has bits 0–6, Sunday 0. `days_star` and `weekdays_star`: the field began with `*`, so the two day
    fields are joined by AND, else by OR. `fixed_time`: neither minute nor hour began with `*`, so cron(8)'s
    rules for clock changes apply.
    """

    minutes: int
    hours: int
    days: int
    months: int
    weekdays: int
    days_star: bool
    weekdays_star: bool
    fixed_time: bool


class Every(NamedTuple):
    """A fixed interval, aligned to the clock (multiples of `period` since 1970 UTC) or counted `from_start`."""

    period: Duration
    from_start: bool = False


class AtStart(NamedTuple):
    """Once at each start of Sexton (`@reboot`); gives no fire times of its own."""


Rule: TypeAlias = Cron | Every | AtStart


class Schedule(NamedTuple):
    """One or several rules in one IANA time zone; `texts` are the rules as they were written."""

    rules: tuple[Rule, ...]
    zone: str
    texts: tuple[str, ...]

    @property
    def at_start(self) -> bool:
        return any(isinstance(rule, AtStart) for rule in self.rules)
