"""Local time: instants as the wall of a zone shows them, and the times that people write as instants.

A wall time that a clock change skips is no instant, one that it repeats is two: both are answers here, and what is
to be done with them is the caller's. ISO 8601 both ways; a written time without an offset is the zone's.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from sexton.core.schedules.zones import Zone
from sexton.model.errors import Refused
from sexton.model.units import DAY, SECOND, Duration, Instant

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall's, which has no zone


class Written(NamedTuple):
    """A time that a person wrote: `wall`, the time since 1970 on the zone's wall, and the `instants` that it names,
    earliest first: none where the clock skips it, two where the clock repeats it."""

    wall: Instant
    instants: tuple[Instant, ...]


def calendar_day(day: int) -> date:
    """The date of a day of the wall, counted from 1970-01-01."""
    return date.fromordinal(day + _EPOCH.toordinal())


def offset_at(instant: Instant, zone: Zone) -> Duration:
    """How far the wall is ahead of UTC."""
    return zone.stretch(instant // SECOND).offset * SECOND


def local_iso(instant: Instant, zone: Zone) -> str:
    """`2026-03-29T03:00:00+02:00`, as the zone has it at `instant`."""
    return iso_at_offset(instant, offset_at(instant, zone))


def iso_at_offset(instant: Instant, offset: Duration) -> str:
    """The same at `offset` east of UTC; one that is not of whole minutes has seconds too."""
    shift = timedelta(microseconds=offset)
    return (_EPOCH + timedelta(microseconds=instant) + shift).replace(tzinfo=timezone(shift)).isoformat()


def wall_iso(wall: Instant) -> str:
    """A time of the wall, which has no offset: `2026-03-29T02:30:00`."""
    return (_EPOCH + timedelta(microseconds=wall)).isoformat()


def microseconds_of(iso: str) -> Instant:
    """An instant of the API's (ISO 8601 with an offset) as an integer."""
    moment = datetime.fromisoformat(iso).astimezone(UTC).replace(tzinfo=None)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def read_time(text: str, zone: Zone) -> Written:
    """The time that `text` says: a date (its midnight) or a date and a time, with an offset or `Z`, or without one.

    Raises Refused as `invalid`.
    """
    try:
        said = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused("invalid", f"cannot read {text!r} as a time; write 2026-11-22, or 2026-11-22T08:00") from None
    if not 1970 <= said.year < 9987:
        raise Refused("invalid", f"cannot use the time {text!r}: years go from 1970 to 9986")
    if said.tzinfo is not None:
        instant = microseconds_of(said.isoformat())
        return Written(instant + offset_at(instant, zone), (instant,))
    return written((said - _EPOCH) // timedelta(microseconds=1), zone)


def written(wall: Instant, zone: Zone) -> Written:
    """The instants at which the zone's wall shows `wall`."""
    offsets = {offset_at(at, zone) for at in (wall - DAY, wall, wall + DAY)}
    fitting = sorted(wall - offset for offset in offsets if offset_at(wall - offset, zone) == offset)
    return Written(wall, tuple(fitting))


def first_instant(said: Written, zone: Zone) -> Instant:
    """The one instant that is meant by a limit such as `--from`: the first of two, and the end of the gap for none."""
    if said.instants:
        return said.instants[0]
    reached = said.wall - offset_at(said.wall - DAY, zone)
    return zone.stretch(reached // SECOND).start * SECOND


def midnight(day: date, zone: Zone) -> Instant:
    """The instant at which `day` begins in the zone, also where the clock skips its midnight."""
    return first_instant(written((day.toordinal() - _EPOCH.toordinal()) * DAY, zone), zone)
