"""The keys that say when a job fires: `schedule`, `timezone`, `except`, `dst_gap` and `dst_overlap` → a Schedule.

Each expression is reported by itself, under its own line; what only all of them together can be wrong in, under
`schedule`.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeAlias

from sexton.config.table import Table, pending
from sexton.config.values import Unfit, choice, names
from sexton.config.zones import zone
from sexton.core.schedules.parse import parse_left_out, parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.schedule import DstGap, DstOverlap, Schedule

_Convert: TypeAlias = Callable[[object], tuple[str, ...]]

SCHEDULE_KEYS = ("schedule", "timezone", "except", "dst_gap", "dst_overlap")


def read_schedule(table: Table, timezone: str) -> Schedule | None:
    """The schedule of a job, whose zone is `timezone` unless its table says otherwise; None when it has none."""
    own_zone = table.read("timezone", zone, timezone)
    texts = _texts(table, "schedule", names('a schedule such as "0 8 * * *", or a list of them,'))
    left_out = _texts(table, "except", _days)
    gap = table.read("dst_gap", choice(DstGap), DstGap.SHIFT)
    overlap = table.read("dst_overlap", choice(DstOverlap), DstOverlap.FIRST)
    key = str(table.path[-1])
    together = ""
    try:
        if texts and None not in texts:
            return parse_schedule(_without_none(texts), own_zone, key, _without_none(left_out), gap, overlap)
    except ScheduleError as error:
        together = str(error)
    right = _all_right(table, "schedule", texts, lambda text: parse_schedule([text], own_zone, key))
    right &= _all_right(table, "except", left_out, parse_left_out)
    if together and right:
        table.problem(together, "schedule")
    return None


def _texts(table: Table, key: str, convert: _Convert) -> list[str | None]:
    """The texts at `key`; None in the place of each that is none, which is reported, or is not expanded yet."""
    value = table.data.get(key)
    if not isinstance(value, list) or not value:
        none: tuple[str | None, ...] = (None,) if key in table else ()
        return list(table.read(key, convert, none))
    return [_text(table, each, convert, key, index) for index, each in enumerate(value)]


def _text(table: Table, value: object, convert: _Convert, *keys: str | int) -> str | None:
    if pending(value):
        return None
    try:
        return convert([value])[0]
    except Unfit as error:
        table.problem(str(error), *keys)
        return None


def _without_none(texts: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(text for text in texts if text is not None)


def _days(value: object) -> tuple[str, ...]:
    """Dates may be TOML's own, too."""
    values = value if isinstance(value, list) else [value]
    written = [day.isoformat() if isinstance(day, date) and not isinstance(day, datetime) else day for day in values]
    return names('a day such as "2026-12-25" or "calendar: Sat,Sun", or a list of them,')(written)


def _all_right(table: Table, key: str, texts: Sequence[str | None], parse: Callable[[str], object]) -> bool:
    """Whether every text can be read; those that cannot are reported."""
    right = True
    for index, text in enumerate(texts):
        try:
            if text is not None:
                parse(text)
        except ScheduleError as error:
            table.problem(str(error), key, *([index] if isinstance(table.data[key], list) else []))
            right = False
    return right
