"""A Table Schema: which columns a table has, and what their values shall be, read from JSON.

The part of https://datapackage.org/standard/table-schema/ that Sexton keeps. A word that it does not keep is refused
by name: a rule that is written down and not held to would be worse than none. What formats, patterns and limits mean
is for those who check values.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

TYPES = (
    *("string", "integer", "number", "boolean", "date", "time", "datetime", "year"),
    *("object", "array", "any"),
)
MATCHES = ("exact", "equal", "subset", "superset", "partial")

LARGEST = 10**6  # bytes of a schema
_REMARKS = ("$schema", "name", "title", "description", "example", "examples", "rdfType")
_SCHEMA = (*_REMARKS, "fields", "fieldsMatch", "missingValues", "primaryKey")
_TYPED = {
    "integer": ("bareNumber", "groupChar"),
    "number": ("bareNumber", "groupChar", "decimalChar"),
    "boolean": ("trueValues", "falseValues"),
}
_ORDERED = ("integer", "number", "date", "time", "datetime", "year")
_PLAIN = tuple(type_ for type_ in TYPES if type_ not in ("object", "array"))
_CONSTRAINTS = {
    "required": TYPES,
    "unique": _PLAIN,
    "enum": _PLAIN,
    "pattern": ("string", "any"),
    "minLength": ("string", "any"),
    "maxLength": ("string", "any"),
    "minimum": _ORDERED,
    "maximum": _ORDERED,
    "exclusiveMinimum": _ORDERED,
    "exclusiveMaximum": _ORDERED,
}


class Field(NamedTuple):
    """One column. `missing` are the texts that stand for no value; `options` are those of the type, by their names in
    the standard."""

    name: str
    type: str = "string"
    format: str = "default"
    constraints: dict[str, Any] = {}  # noqa: RUF012 - never changed
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed
    missing: frozenset[str] = frozenset([""])

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))


class Schema(NamedTuple):
    """`match` is the standard's fieldsMatch: how a file's columns go with `fields`. `key` names the columns whose
    values together are there once."""

    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    match: str = "exact"


class Unkept(ValueError):
    """Everything that is wrong with a schema."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def of_bytes(text: bytes) -> Schema:
    """The schema that a file holds. Raises Unkept, and where it is no JSON JSONDecodeError, which has a line."""
    if len(text) > LARGEST:
        raise Unkept([f"it has more than {LARGEST:,} bytes"])
    try:
        found = json.loads(text)
    except RecursionError:
        raise Unkept(["it is nested too deep"]) from None
    except json.JSONDecodeError:
        raise
    except ValueError as error:  # no UTF-8, or a number with thousands of digits
        raise Unkept([str(error)]) from None
    return of_table(found)


def of_table(found: Any) -> Schema:
    """The schema that JSON stands for. Raises Unkept."""
    faults: list[str] = []

    def kept(make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except ValueError as error:
            faults.append(str(error))
            return otherwise

    table = kept(lambda: _table(found, "the schema"), {"fields": [{"name": "none"}]})
    kept(lambda: _known(table, _SCHEMA, "the schema"), None)
    missing = kept(lambda: _missing(table.get("missingValues", [""]), "the schema"), frozenset([""]))
    listed: list[Any] = kept(lambda: _listed(table), [])
    read = [kept(partial(_field, each, number, missing), None) for number, each in enumerate(listed, 1)]
    fields = tuple(field for field in read if field is not None)
    no_key: tuple[str, ...] = ()
    key = kept(lambda: _texts(table.get("primaryKey", []), "primaryKey"), no_key)
    match = kept(lambda: _match(table), "exact")
    if None not in read:
        faults += _of_names([field.name for field in fields], key)
    if faults:
        raise Unkept(faults)
    return Schema(tuple(field if field.name not in key else _needed(field) for field in fields), key, match)


def _listed(table: dict[str, Any]) -> list[Any]:
    listed = table.get("fields")
    if not isinstance(listed, list) or not listed:
        raise ValueError("it has no list of fields")
    return listed


def _of_names(names: Sequence[str], key: Sequence[str]) -> Iterator[str]:
    counts = Counter(names)
    yield from (f"the field {name!r} is there twice" for name, count in counts.items() if count > 1)
    if names:
        yield from (f"primaryKey names {name!r}, which is no field" for name in key if name not in counts)


def _field(found: Any, number: int, missing: frozenset[str]) -> Field:
    table = _table(found, f"field {number}")
    name = table.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError(f"field {number} has no name")
    where = f"the field {name!r}"
    type_ = table.get("type", "string")
    if type_ not in TYPES:
        raise ValueError(f"{where} has the type {type_!r}; there are {', '.join(TYPES)}")
    typed = _TYPED.get(type_, ())
    _known(table, (*_REMARKS, "type", "format", "constraints", "missingValues", *typed), where)
    format_ = table.get("format", "default")
    if not isinstance(format_, str):
        raise ValueError(f"{where}: format is no string")
    if "missingValues" in table:
        missing = _missing(table["missingValues"], where)
    options = {option: table[option] for option in typed if option in table}
    for option, value in options.items():
        _OPTIONS[option](value, f"{where}: {option}")
    return Field(name, type_, format_, _constraints(table.get("constraints", {}), type_, where), options, missing)


def _constraints(found: Any, type_: str, where: str) -> dict[str, Any]:
    table = _table(found, f"{where}: constraints")
    _known(table, tuple(_CONSTRAINTS), where)
    for name, value in table.items():
        if type_ not in _CONSTRAINTS[name]:
            raise ValueError(f"{where}: {name} does not go with the type {type_}")
        if name in ("required", "unique"):
            _flag(value, f"{where}: {name}")
        if name in ("minLength", "maxLength") and (type(value) is not int or value < 0):
            raise ValueError(f"{where}: {name} is {value!r}; a whole number is meant")
        if name == "enum" and (not isinstance(value, list) or not value):
            raise ValueError(f"{where}: enum is no list of values")
    return table


def _needed(field: Field) -> Field:
    """What is part of the primary key is there in every row, the standard says."""
    return field._replace(constraints={**field.constraints, "required": True})


def _match(table: dict[str, Any]) -> str:
    found = table.get("fieldsMatch", "exact")
    if isinstance(found, list) and len(found) == 1:  # as the standard's own profile has it
        found = found[0]
    if found not in MATCHES:
        raise ValueError(f"fieldsMatch is {found!r}; there are {', '.join(MATCHES)}")
    return str(found)


def _missing(found: Any, where: str) -> frozenset[str]:
    return frozenset(_texts(found, f"{where}: missingValues")) if found != [] else frozenset()


def _texts(found: Any, where: str) -> tuple[str, ...]:
    listed = [found] if isinstance(found, str) else found
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ValueError(f"{where} is no list of strings")
    return tuple(listed)


def _table(found: Any, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError(f"{where} is no object")
    return found


def _known(table: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    unknown = [name for name in table if name not in names]
    if unknown:
        raise ValueError(f"{where} has {unknown[0]!r}, which Sexton does not keep; remove it")


def _flag(found: Any, where: str) -> None:
    if not isinstance(found, bool):
        raise ValueError(f"{where} is {found!r}; true or false is meant")


def _character(found: Any, where: str) -> None:
    if not isinstance(found, str) or len(found) != 1 or found in "0123456789+-":
        raise ValueError(f"{where} is {found!r}; one character is meant")


_OPTIONS: dict[str, Callable[[Any, str], object]] = {
    "bareNumber": _flag,
    "groupChar": _character,
    "decimalChar": _character,
    "trueValues": _texts,
    "falseValues": _texts,
}
