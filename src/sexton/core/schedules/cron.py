"""Cron expressions: five, six or seven fields → `Cron`.

Five are those of crontab(5); with six, seconds come first; with seven, years come last, as in Quartz. Each field is
read by cron_fields.py, or cron_days.py for the days. Which instants come of it is no matter here.
"""

from sexton.core.schedules.cron_days import read_days
from sexton.core.schedules.cron_fields import HOUR, MINUTE, SECOND, read_field
from sexton.model import units
from sexton.model.errors import ScheduleError
from sexton.model.schedule import Cron


def parse_cron(text: str, key: str) -> Cron:
    """Read five, six or seven fields. `key` is the job's name, which `H` hashes.

    Raises ScheduleError, whose `field` names the field at fault.
    """
    words = [word for word in text.replace("\t", " ").split(" ") if word]
    if not 5 <= len(words) <= 7:
        raise ScheduleError(
            f"cannot read {text!r} as a schedule: it has {len(words)} field{'s' * (len(words) != 1)}; "
            "write five: minute, hour, day of month, month, day of week (six: seconds first; seven: years last)"
        )
    year = words.pop() if len(words) == 7 else None
    second = words.pop(0) if len(words) == 6 else None
    minute, hour, day, month, weekday = words
    return Cron(
        seconds=(0,) if second is None else _microseconds(read_field(SECOND, second, key)),
        minutes=read_field(MINUTE, minute, key),
        hours=read_field(HOUR, hour, key),
        days=read_days(month, day, weekday, year, key),
        fixed_time=not (minute.startswith("*") or hour.startswith("*")),
    )


def _microseconds(seconds: int) -> tuple[int, ...]:
    return tuple(second * units.SECOND for second in range(60) if seconds >> second & 1)
