"""`sexton.Schedule`: when something is due, for programs of one's own. Needs no daemon and reads no clock.

The same grammar and the same rules for clock changes as in the configuration (docs/configuration.md), in datetime's
terms. Invariant: what is iterated is aware, strictly after the moment asked about, and ascending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from sexton.core.schedules.days import EARLIEST, LATEST
from sexton.core.schedules.firetimes import FireTimes
from sexton.core.schedules.parse import parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.schedule import DstGap, DstOverlap
from sexton.model.schedule import Schedule as Plan
from sexton.model.units import DAY, Instant

E = TypeVar("E", bound=StrEnum)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MEANT = {
    "expression": 'a text such as "0 8 * * *"',
    "timezone": 'the name of a zone such as "Europe/Berlin", or a ZoneInfo that has one,',
    "key": "a text such as a job's name",
    "except_": 'a date, or a text such as "2026-12-25" or "calendar: Sat,Sun",',
}


class Schedule:
    """One or several expressions in one time zone; made by `parse`, and immutable."""

    __slots__ = ("_plan",)

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @classmethod
    def parse(
        cls,
        expression: str | Sequence[str],
        *,
        timezone: str | ZoneInfo = "UTC",
        key: str = "",
        except_: str | date | Sequence[str | date] = (),
        dst_gap: str = "shift",
        dst_overlap: str = "first",
    ) -> Schedule:
        """Read one expression or several: crontab(5) with five to seven fields, `@daily` and its kin, `@every 5m`,
        or systemd.time(7)'s as `calendar: Mon..Fri 08:00`.

        `timezone` is an IANA name, or a ZoneInfo that has one; `key` is what `H` hashes, a job's name; `except_` are
        days left out: "2026-12-25", a date, or "calendar: Sat,Sun"; `dst_gap` is "shift", "skip" or "each",
        `dst_overlap` "first", "second" or "both". Raises ScheduleError, which says what would be right and whose
        `field` names the field at fault, and TypeError for what is no text at all.
        """
        return cls(
            parse_schedule(
                [_text("expression", each) for each in _listed("expression", expression)],
                _text("timezone", timezone.key if isinstance(timezone, ZoneInfo) else timezone),
                _text("key", key),
                [_text("except_", _day(each)) for each in _listed("except_", except_)],
                _choice(DstGap, "dst_gap", dst_gap),
                _choice(DstOverlap, "dst_overlap", dst_overlap),
            )
        )

    @property
    def expressions(self) -> tuple[str, ...]:
        """The expressions as they were written."""
        return self._plan.texts

    @property
    def timezone(self) -> str:
        """The name of the zone."""
        return self._plan.zone

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The fire times strictly after `moment`, in the schedule's zone, one after another and without end, unless
        the schedule ends or the year 9999 does.

        `@every … from start` counts from `moment`, and `@reboot` has no fire times. Raises ValueError for a moment
        without a zone, and TypeError for what is no datetime.
        """
        if not isinstance(moment, datetime):
            raise TypeError(f"cannot look after {moment!r}: it is no datetime; write datetime(…, tzinfo=UTC)")
        if moment.utcoffset() is None:
            raise ValueError(f"cannot look after {moment}: it has no time zone; write datetime(…, tzinfo=UTC)")
        return self._iterate((moment - _EPOCH) // _MICROSECOND)

    def _iterate(self, instant: int) -> Iterator[datetime]:
        times = FireTimes(self._plan, instant)
        zone: tzinfo = UTC if self._plan.zone == "UTC" else ZoneInfo(self._plan.zone)
        found = times.after(instant)
        while found is not None and found <= LATEST:
            moment = _local(found, zone)
            if moment is not None:
                yield moment
            elif found > 0:
                return
            found = times.after(found if moment is not None else EARLIEST + DAY)

    def __eq__(self, other: object) -> bool:
        return self._plan == other._plan if isinstance(other, Schedule) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._plan)

    def __repr__(self) -> str:
        expressions = self.expressions[0] if len(self.expressions) == 1 else list(self.expressions)
        return f"<sexton.Schedule {expressions!r} in {self.timezone}>"


def _listed(name: str, values: object) -> Sequence[object]:
    """One value as a list of one."""
    if isinstance(values, str | date):
        return (values,)
    if not isinstance(values, Iterable):
        raise TypeError(f"cannot use {name}={values!r}; {_MEANT[name]} is meant, or a list of them")
    return tuple(values)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"cannot use {name}={value!r}; {_MEANT[name]} is meant")
    return value


def _day(value: object) -> object:
    """A date as the text that says it; a datetime is no day."""
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _local(instant: Instant, zone: tzinfo) -> datetime | None:
    """The instant by the clock of `zone`, or None where that shows a year before 1 or after 9999."""
    try:
        return (_EPOCH + instant * _MICROSECOND).astimezone(zone)
    except OverflowError:
        return None


def _choice(words: type[E], name: str, word: str) -> E:
    try:
        return words(word)
    except ValueError:
        known = ", ".join(repr(str(each)) for each in words)
        raise ScheduleError(f"cannot use {name}={word!r}; write one of {known}") from None
