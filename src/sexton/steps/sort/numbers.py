"""Integers and numbers as Table Schema writes them, exact: no number becomes a binary fraction on its way.

Neither infinities nor NaN are numbers here, and nothing that is longer than a thousand digits.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sexton.config.steps.tableschema import Field
from sexton.steps.sort.faults import Unfit
from sexton.steps.sort.kind import Kind

_DIGITS = 1000
_EXPONENT = r"(?:[eE][+-]?[0-9]{1,6})?"
_OF_INTEGERS = b"+-0123456789"
_OF_NUMBERS = b"+-.0123456789"


def integer(field: Field) -> Kind:
    bare, strip = _shape(field, whole_only=True)
    if field.options:
        return Kind(_reader(bare, strip, int, "is no integer"))
    return Kind(_reader(bare, strip, int, "is no integer"), str, _integers, _texts)


def number(field: Field) -> Kind:
    bare, strip = _shape(field, whole_only=False)
    if field.options:
        return Kind(_reader(bare, strip, _as_number, "is no number"), _plain)
    return Kind(_reader(bare, strip, _as_number, "is no number"), _plain, _numbers, _plain_texts)


def canonical(text: str) -> str:
    """Equal for what is equal as a number: 1.50 and 1.5, -0 and 0."""
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short == "-0" else short


def _shape(field: Field, whole_only: bool) -> tuple[re.Pattern[str], Callable[[str], str]]:
    """What is a number in this column, and what makes Python's writing of it."""
    group, point = field.options.get("groupChar", ""), field.options.get("decimalChar", ".")
    if group == point:
        raise ValueError(f"the field {field.name!r} has the same groupChar and decimalChar")
    whole = rf"[0-9]+(?:{re.escape(group)}[0-9]+)*" if group else "[0-9]+"
    dot = re.escape(point)
    bare = field.options.get("bareNumber", True)
    # With text around, a point before the digits may belong to either ("Rs.500"): neither reading would be sure.
    short = f"|{dot}[0-9]+" if bare else ""
    number = f"[+-]?{whole}" if whole_only else f"[+-]?(?:{whole}(?:{dot}[0-9]*)?{short}){_EXPONENT}"
    shape = f"({number})" if bare else rf"[^0-9+\-{dot}]*({number})[^0-9]*"
    return re.compile(shape), lambda text: text.replace(group, "").replace(point, ".")


def _reader(
    shape: re.Pattern[str], plain: Callable[[str], str], read: Callable[[str], Any], reason: str
) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        found = shape.fullmatch(text)
        if found is None:
            raise Unfit(reason)
        if len(text) > _DIGITS:
            raise Unfit("has too many digits")
        return read(plain(found[1]))

    return parse


def _as_number(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > _DIGITS:
        raise Unfit("has too many digits")
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _texts(values: Sequence[object]) -> Sequence[str]:
    return list(map(str, values))


def _plain_texts(values: Sequence[Decimal]) -> Sequence[str]:
    texts = list(map(str, values))
    return list(map(_plain, values)) if "E" in "".join(texts) else texts


def _integers(texts: Sequence[str]) -> Sequence[int]:
    _only(_OF_INTEGERS, texts)
    return list(map(int, texts))


def _numbers(texts: Sequence[str]) -> Sequence[Decimal]:
    """Without exponents, whose size would have to be looked at."""
    _only(_OF_NUMBERS, texts)
    return list(map(Decimal, texts))


def _only(characters: bytes, texts: Sequence[str]) -> None:
    """What Python reads beyond digits (underscores, blanks, other scripts' digits, "inf") is no number here."""
    if "".join(texts).encode("ascii").translate(None, characters):
        raise ValueError
    if max(map(len, texts)) > _DIGITS:
        raise ValueError
