"""Sort the lines of one delivered file into good days and flagged rows.

Text in, values out: no file, clock or database is touched here, so the same content always sorts the same way.
Every line after the header ends up in exactly one of the two lists (blank lines excepted).
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

COLUMNS = ("date", "precipitation", "temp_max", "temp_min", "wind", "weather")
LIMITS = {"precipitation": (0, 500), "temp_max": (-60, 60), "temp_min": (-60, 60), "wind": (0, 100)}  # mm, °C, °C, m/s
WEATHER = ("drizzle", "fog", "rain", "snow", "sun")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Day(NamedTuple):
    """One good row; `date` is ISO 8601, precipitation in mm, temperatures in °C, wind in m/s."""

    date: str
    precipitation: float
    temp_max: float
    temp_min: float
    wind: float
    weather: str


class Flag(NamedTuple):
    """One bad row: where it stands (lines count from 1), its first wrong value, why, and the row as it came."""

    line: int
    column: str
    value: str
    reason: str
    row: str


class Sorted(NamedTuple):
    """What became of one file."""

    good: list[Day]
    flagged: list[Flag]


class Unfit(Exception):
    """A value that cannot be loaded."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        self.column, self.value, self.reason = column, value, reason
        super().__init__(f"{column}: {reason}")


def sort_rows(content: bytes) -> Sorted:
    """Sort a whole file. A file without our header is flagged as a whole, in one row."""
    # A byte that is not UTF-8 stays visible (\xff) in the one row that it spoils.
    header, *lines = content.decode("utf-8-sig", errors="backslashreplace").split("\n")
    if tuple(cells(header)) != COLUMNS:
        return Sorted([], [Flag(1, "header", header[:200], f"the header is not {','.join(COLUMNS)}", header[:200])])
    return sort_lines(enumerate(lines, start=2))


def sort_lines(numbered: Iterable[tuple[int, str]]) -> Sorted:
    good: dict[str, Day] = {}
    flagged = []
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            day = read_day(line)
            if day.date in good:
                raise Unfit("date", day.date, "the day came before in this file")
            good[day.date] = day
        except Unfit as bad:
            flagged.append(Flag(number, bad.column, bad.value, bad.reason, line.rstrip("\r")))
    return Sorted(list(good.values()), flagged)


def cells(line: str) -> list[str]:
    """The provider's format knows no quotes: a comma always separates."""
    return [cell.strip() for cell in line.split(",")]


def read_day(line: str) -> Day:
    values = cells(line)
    if len(values) != len(COLUMNS):
        raise Unfit("row", str(len(values)), f"the row has not {len(COLUMNS)} columns")
    row = dict(zip(COLUMNS, values, strict=True))
    date = read_date(row["date"])
    precipitation, temp_max, temp_min, wind = (read_number(column, row[column]) for column in LIMITS)
    if temp_min > temp_max:
        raise Unfit("temp_min", row["temp_min"], "the minimum is above the maximum")
    if row["weather"] not in WEATHER:
        raise Unfit("weather", row["weather"], f"the weather is none of {', '.join(WEATHER)}")
    return Day(date, precipitation, temp_max, temp_min, wind, row["weather"])


def read_date(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y/%m/%d").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        raise Unfit("date", text, "the date is no day written as 2012/01/31") from None


def read_number(column: str, text: str) -> float:
    if not text:
        raise Unfit(column, text, "the number is missing")
    if not NUMBER.fullmatch(text):
        raise Unfit(column, text, "the value is no number")
    low, high = LIMITS[column]
    if not low <= float(text) <= high:
        raise Unfit(column, text, f"the number is not between {low} and {high}")
    return float(text)
