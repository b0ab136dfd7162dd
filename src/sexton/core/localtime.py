"""Local time: instants as the wall of a zone shows them, and the times that people write as instants.

A wall time that a clock change skips is no instant, one that it repeats is two: both are answers here, and what is
to be done with them is the caller's. ISO 8601 both ways; a written time without an offset is the zone's.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

from sexton.core.zones import EARLIEST, LATEST, Zone
from sexton.model.errors import Refused
from sexton.model.units import SECOND, Instant

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall's, which has no zone
_DAY = 86_400


class Written(NamedTuple):
    """A time that a person wrote: `wall`, seconds since 1970 on the zone's wall, and the `instants` that it names,
    earliest first: none where the clock skips it, two where the clock repeats it."""

    wall: int
    instants: tuple[Instant, ...]


def local_iso(instant: Instant, zone: Zone) -> str:
    """`2026-03-29T03:00:00+02:00`, as the zone has it at `instant`."""
    return iso_at_offset(instant, zone.stretch(instant // SECOND).offset)


def iso_at_offset(instant: Instant, offset: int) -> str:
    """The same at `offset` seconds east of UTC; one that is not of whole minutes has seconds too."""
    shift = timedelta(seconds=offset)
    return (_EPOCH + timedelta(microseconds=instant) + shift).replace(tzinfo=timezone(shift)).isoformat()


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
        return Written(instant // SECOND + zone.stretch(instant // SECOND).offset, (instant,))
    return written((said - _EPOCH) // timedelta(seconds=1), zone)


def written(wall: int, zone: Zone) -> Written:
    """The instants at which the zone's wall shows `wall` (seconds since 1970)."""
    around = (wall - _DAY, wall, wall + _DAY)
    offsets = {zone.stretch(min(max(at, EARLIEST), LATEST)).offset for at in around}
    fitting = sorted(wall - offset for offset in offsets if zone.stretch(wall - offset).offset == offset)
    return Written(wall, tuple(at * SECOND for at in fitting))


def first_instant(said: Written, zone: Zone) -> Instant:
    """The one instant that is meant by a limit such as `--from`: the first of two, and the end of the gap for none."""
    if said.instants:
        return said.instants[0]
    return zone.stretch(said.wall - zone.stretch(said.wall - _DAY).offset).start * SECOND


def midnight(day: date, zone: Zone) -> Instant:
    """The instant at which `day` begins in the zone, also where the clock skips its midnight."""
    return first_instant(written((day.toordinal() - _EPOCH.toordinal()) * _DAY, zone), zone)
