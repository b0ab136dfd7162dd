"""Converters: one TOML value in, the plan's value out, or Unfit with what was found and what is meant.

They know types and units, not where a value stands; table.py adds the place.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from sexton.config.suggest import hint
from sexton.core.durations import parse_duration
from sexton.model.errors import ScheduleError
from sexton.model.units import Duration

E = TypeVar("E", bound=StrEnum)

_DIGITS = re.compile(r"[0-9]{1,15}")
_SHOWN = 60  # characters of a value in a message
_SIZE = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?) ?(|[kKMGT]i?)B?")
_POWERS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}


class Unfit(Exception):
    """A value that the key cannot take; the message says what was found and what is meant."""


def found(value: object) -> str:
    """`30 is a number`: a value and its kind, in TOML's words."""
    return f"{shown(value)} is {kind(value)}"


def kind(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"


def shown(value: object) -> str:
    """A value as TOML would have it, on one line and not too long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[…]" if value else "[]"
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if not isinstance(value, str):
        return str(value)
    import json

    long = len(value) > _SHOWN
    return json.dumps(value[:_SHOWN] + "…" if long else value, ensure_ascii=False)


def text(value: object) -> str:
    """A string that can become an argument, a path or a variable: any but NUL (execve(2))."""
    if not isinstance(value, str):
        raise Unfit(f"{found(value)}; a string is meant")
    if "\0" in value:
        raise Unfit("it holds a NUL character, which no process can be given")
    return value


def name(value: object) -> str:
    """A string that is not empty."""
    if not text(value):
        raise Unfit("it is empty")
    return text(value)


def names(example: str) -> Callable[[object], tuple[str, ...]]:
    """One string or a list of strings, neither empty; `example` shows how it is written."""

    def convert(value: object) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        for each in values:
            if not isinstance(each, str):
                raise Unfit(f"{found(each)}; {example} is meant")
        if not values:
            raise Unfit(f"the list is empty; {example} is meant")
        return tuple(map(name, values))

    return convert


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"{found(value)}; true or false is meant")
    return value


def factor(value: Any) -> float:
    """By how much each further pause is longer."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(f"{found(value)}; a number from 1 to 100 is meant")
    if not 1 <= value <= 100:
        raise Unfit(f"{shown(value)} is out of range; a number from 1 to 100 is meant")
    return value


def whole(low: int, high: int, meant: str) -> Callable[[object], int]:
    """A whole number from `low` to `high`."""

    def convert(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unfit(f"{found(value)}; {meant} is meant")
        if not low <= value <= high:
            raise Unfit(f"{value} is out of range; {meant} is meant")
        return value

    return convert


def digits(convert: Callable[[object], int]) -> Callable[[object], int]:
    """What `convert` takes, or its digits as a string: what `${VARIABLE}` becomes."""
    return lambda value: convert(int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value)


def duration(example: str) -> Callable[[object], Duration]:
    """A length of time in microseconds, more than none, from text such as `1h30m`."""

    def convert(value: object) -> Duration:
        if not isinstance(value, str):
            raise Unfit(f'{found(value)}; a duration such as "{example}" is meant')
        try:
            return parse_duration(value)
        except ScheduleError as error:
            raise Unfit(str(error)) from None

    return convert


def size(example: str) -> Callable[[object], int]:
    """Bytes, from text such as `50MB` (a million each) or `50MiB` (1,048,576 each)."""

    def convert(value: object) -> int:
        if not isinstance(value, str):
            raise Unfit(f'{found(value)}; a size such as "{example}" is meant')
        match = _SIZE.fullmatch(value.strip())
        if match is None:
            raise Unfit(f'{shown(value)} is no size; a size such as "{example}" is meant')
        return int(float(match[1]) * _POWERS[match[2].upper()])

    return convert


def choice(options: type[E]) -> Callable[[Any], E]:
    """One of an enumeration's words."""

    def convert(value: Any) -> E:
        words = [str(option) for option in options]
        if value in words:
            return options(value)
        if not isinstance(value, str):
            raise Unfit(f"{found(value)}; {_either(words)} is meant")
        raise Unfit(f"{shown(value)} is unknown; " + hint(value, words, '"'))

    return convert


def _either(words: list[str]) -> str:
    return " or ".join(f'"{word}"' for word in words)
