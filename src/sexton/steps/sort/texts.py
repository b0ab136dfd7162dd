"""Strings with their formats, booleans, and JSON in a cell."""

import json
import re
from collections.abc import Callable, Sequence

from sexton.config.steps.tableschema import Field
from sexton.steps.sort.faults import Unfit
from sexton.steps.sort.kind import Kind

_FORMATS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+"),
    "uuid": re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
}
_TRUE = ("true", "True", "TRUE", "1")
_FALSE = ("false", "False", "FALSE", "0")


def string(field: Field) -> Kind:
    if field.format == "default":
        return Kind(str, str, _same, _same, quotes=True)
    shape = _FORMATS.get(field.format)
    if shape is None:
        formats = ", ".join(("default", *_FORMATS))
        raise ValueError(f"the field {field.name!r} has the format {field.format!r}; there are {formats}")

    def parse(text: str) -> str:
        if not shape.fullmatch(text):
            raise Unfit(f"is no {field.format}")
        return text

    def parse_all(texts: Sequence[str]) -> Sequence[str]:
        if not all(map(shape.fullmatch, texts)):
            raise ValueError
        return texts

    return Kind(parse, str, parse_all, _same, quotes=True)


def any_(field: Field) -> Kind:
    return string(field._replace(format="default"))


def boolean(field: Field) -> Kind:
    true, false = field.options.get("trueValues", _TRUE), field.options.get("falseValues", _FALSE)
    true, false = ([each] if isinstance(each, str) else each for each in (true, false))
    both = set(true) & set(false)
    if both:
        raise ValueError(f"the field {field.name!r} has {min(both)!r} in trueValues and in falseValues")
    known = dict.fromkeys(true, True) | dict.fromkeys(false, False)

    def parse(text: str) -> bool:
        if text not in known:
            raise Unfit("is no boolean")
        return known[text]

    return Kind(parse, lambda value: "true" if value else "false")


def object_(_: Field) -> Kind:
    return Kind(_json(dict, "is no JSON object"), str, quotes=True)


def array(_: Field) -> Kind:
    return Kind(_json(list, "is no JSON array"), str, quotes=True)


def _json(type_: type, reason: str) -> Callable[[str], str]:
    """The text stays as it is: what JSON can say, Python's numbers cannot always."""

    def parse(text: str) -> str:
        try:
            if isinstance(json.loads(text), type_):
                return text
        except (ValueError, RecursionError):
            pass
        raise Unfit(reason)

    return parse


def _same(values: Sequence[str]) -> Sequence[str]:
    return values
