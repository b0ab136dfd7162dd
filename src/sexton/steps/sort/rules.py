"""What the values of a column are held to beyond their type: the constraints that one value can break by itself."""

import json
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from sexton.config.steps.tableschema import Field
from sexton.steps.sort.faults import Unfit
from sexton.steps.sort.kind import Kind

_SHOWN = 100  # characters of a rule in a reason

Compare = Callable[[Any, Any], bool]
_LIMITS: dict[str, tuple[Compare, Callable[[Iterable[Any]], Any], str]] = {
    "minimum": (operator.ge, min, "is less than"),
    "maximum": (operator.le, max, "is more than"),
    "exclusiveMinimum": (operator.gt, min, "is not more than"),
    "exclusiveMaximum": (operator.lt, max, "is not less than"),
}
_LENGTHS: dict[str, tuple[Compare, Callable[[Iterable[int]], int], str]] = {
    "minLength": (operator.ge, min, "is shorter than"),
    "maxLength": (operator.le, max, "is longer than"),
}


class Rule(NamedTuple):
    """`holds` judges one value, `all_hold` many at once (never none)."""

    reason: str
    holds: Callable[[Any], bool]
    all_hold: Callable[[Sequence[Any]], bool]


def rules_of(field: Field, kind: Kind) -> tuple[Rule, ...]:
    """Raises ValueError for a constraint that is itself no value of its column, or no pattern."""
    return tuple(
        _MAKERS[name](name, value, field, kind) for name, value in field.constraints.items() if name in _MAKERS
    )


def _limit(name: str, value: Any, field: Field, kind: Kind) -> Rule:
    compare, extreme, words = _LIMITS[name]
    limit = _value(value, name, field, kind)

    def holds(found: Any) -> bool:
        try:
            return compare(found, limit)
        except TypeError:  # a moment with a zone and one without are neither before nor after each other
            return False

    return Rule(f"{words} {kind.write(limit)}", holds, lambda values: compare(extreme(values), limit))


def _length(name: str, value: Any, field: Field, kind: Kind) -> Rule:
    compare, extreme, words = _LENGTHS[name]
    return Rule(
        f"{words} {value} characters",
        lambda found: compare(len(found), value),
        lambda values: compare(extreme(map(len, values)), value),
    )


def _enum(name: str, value: Any, field: Field, kind: Kind) -> Rule:
    allowed = frozenset(_value(each, name, field, kind) for each in value)
    listed = ", ".join(kind.write(_value(each, name, field, kind)) for each in value)
    return Rule(f"is not one of {_short(listed)}", allowed.__contains__, allowed.issuperset)


def _pattern(name: str, value: Any, field: Field, kind: Kind) -> Rule:
    try:
        match = re.compile(value).fullmatch
    except (re.error, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"the field {field.name!r}: pattern is {value!r}: {error}") from error
    reason = f"does not match {_short(value)}"
    return Rule(reason, lambda found: bool(match(found)), lambda values: all(map(match, values)))


_MAKERS: dict[str, Callable[[str, Any, Field, Kind], Rule]] = {
    "enum": _enum,
    "pattern": _pattern,
    **dict.fromkeys(_LIMITS, _limit),
    **dict.fromkeys(_LENGTHS, _length),
}


def _value(found: Any, name: str, field: Field, kind: Kind) -> Any:
    """A schema may write a value as its columns do, or as JSON."""
    text = found if isinstance(found, str) else json.dumps(found)
    try:
        return kind.parse(text)
    except Unfit as unfit:
        raise ValueError(f"the field {field.name!r}: {name}: {text!r} {unfit}") from None


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
