"""Dates, times, moments and years, in ISO 8601 or as strptime(3) is told; they go on in ISO 8601, with the zone that
they came with or none."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from sexton.config.steps.tableschema import Field
from sexton.steps.sort.faults import Unfit
from sexton.steps.sort.kind import Kind

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_YEAR = re.compile(r"[0-9]{4}")
_HAS_YEAR = ("%Y", "%y", "%c", "%x", "%G")


def date_(field: Field) -> Kind:
    return _kind(field, "date", re.compile(_DATE), date.fromisoformat, lambda moment: moment.date())


def time_(field: Field) -> Kind:
    return _kind(field, "time", re.compile(_TIME), time.fromisoformat, lambda moment: moment.timetz())


def datetime_(field: Field) -> Kind:
    return _kind(field, "datetime", re.compile(f"{_DATE}[T ]{_TIME}"), datetime.fromisoformat, lambda moment: moment)


def year(field: Field) -> Kind:
    def parse(text: str) -> int:
        if not _YEAR.fullmatch(text):
            raise Unfit("is no year")
        return int(text)

    if field.format != "default":
        raise ValueError(f"the field {field.name!r} has the format {field.format!r}, which no year has")
    return Kind(parse, lambda value: f"{value:04}")


def _kind(
    field: Field,
    what: str,
    shape: re.Pattern[str],
    read: Callable[[str], Any],
    part: Callable[[datetime], Any],
) -> Kind:
    if field.format != "default":
        _usable(field)
        return Kind(_by_strptime(field.format, what, part), _iso)

    def parse(text: str) -> Any:
        try:
            if shape.fullmatch(text):
                return read(text)
        except ValueError:
            pass  # such as February 30
        raise Unfit(f"is no {what}")

    return Kind(parse, _iso)


def _by_strptime(pattern: str, what: str, part: Callable[[datetime], Any]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            return part(datetime.strptime(text, pattern))  # noqa: DTZ007 - a zone is there when the pattern has one
        except ValueError:
            raise Unfit(f"is no {what} like {pattern}") from None

    return parse


def _usable(field: Field) -> None:
    """Raises ValueError for a pattern that says too little, or what strptime does not know."""
    where = f"the field {field.name!r} has the format {field.format!r}"
    if "%" not in field.format:
        raise ValueError(f'{where}; "default" or a pattern such as "%d.%m.%Y" is meant')
    if field.type != "time" and not any(each in field.format for each in _HAS_YEAR):
        raise ValueError(f"{where}, which says no year")
    try:
        datetime.strptime("", field.format)  # noqa: DTZ007
    except ValueError as error:
        if "does not match" not in str(error):
            raise ValueError(f"{where}: {error}") from None
    except re.error:
        raise ValueError(f"{where}, which names something twice") from None


def _iso(value: Any) -> str:
    return str(value.isoformat())
