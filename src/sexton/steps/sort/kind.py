"""What a type of Table Schema is to the one who checks: how texts become values, and values the texts that go on."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """`parse` reads one text, and raises Unfit; `write` says a value in its normal form, the same for the same value.

    `parse_all` and `write_all` do the same for many at once where that is quicker: `parse_all` raises ValueError or
    ArithmeticError when any of them might be unfit. `quotes` tells that what is written may have characters that
    mean something in CSV."""

    parse: Callable[[str], Any]
    write: Callable[[Any], str] = str
    parse_all: Callable[[Sequence[str]], Sequence[Any]] | None = None
    write_all: Callable[[Sequence[Any]], Sequence[str]] | None = None
    quotes: bool = False
