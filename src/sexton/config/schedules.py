"""The keys that say when a job fires: `schedule`, `timezone`, `except`, `dst_gap` and `dst_overlap` → a Schedule.

Each expression is reported by itself, under its own line; what only all of them together can be wrong in, under
`schedule`.
"""

from collections.abc import Callable
from datetime import date, datetime

from sexton.config.table import Table
from sexton.config.values import choice, names
from sexton.config.zones import zone
from sexton.core.schedules.parse import parse_left_out, parse_schedule
from sexton.model.errors import ScheduleError
from sexton.model.schedule import DstGap, DstOverlap, Schedule

_NONE: tuple[str, ...] = ()
SCHEDULE_KEYS = ("schedule", "timezone", "except", "dst_gap", "dst_overlap")


def read_schedule(table: Table, timezone: str) -> Schedule | None:
    """The schedule of a job, whose zone is `timezone` unless its table says otherwise; None when it has none."""
    own_zone = table.read("timezone", zone, timezone)
    texts = table.read("schedule", names('a schedule such as "0 8 * * *", or a list of them,'), _NONE)
    left_out = table.read("except", _days, _NONE)
    gap = table.read("dst_gap", choice(DstGap), DstGap.SHIFT)
    overlap = table.read("dst_overlap", choice(DstOverlap), DstOverlap.FIRST)
    key = str(table.path[-1])
    try:
        if texts:
            return parse_schedule(texts, own_zone, key, left_out, gap, overlap)
    except ScheduleError as error:
        together = error
    right = _all_right(table, "schedule", texts, lambda text: parse_schedule([text], own_zone, key))
    right &= _all_right(table, "except", left_out, parse_left_out)
    if texts and right:
        table.problem(str(together), "schedule")
    return None


def _days(value: object) -> tuple[str, ...]:
    """Dates may be TOML's own, too."""
    values = value if isinstance(value, list) else [value]
    written = [day.isoformat() if isinstance(day, date) and not isinstance(day, datetime) else day for day in values]
    return names('a day such as "2026-12-25" or "calendar: Sat,Sun", or a list of them,')(written)


def _all_right(table: Table, key: str, texts: tuple[str, ...], parse: Callable[[str], object]) -> bool:
    """Whether every text can be read; those that cannot are reported."""
    right = True
    for index, text in enumerate(texts):
        try:
            parse(text)
        except ScheduleError as error:
            table.problem(str(error), key, *([index] if isinstance(table.data[key], list) else []))
            right = False
    return right
