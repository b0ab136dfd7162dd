"""Types of Python → JSON Schema (draft 2020-12), as far as model/views.py has them: what the API shows is described by
the types that make it.

A TypedDict becomes a named schema and is referred to. Invariant: a type that has no schema is a defect, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import EnumType
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

Schema = dict[str, Any]

_PLAIN: Mapping[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    object: "",
}


class Schemas:
    """Collects the named schemas in `named`. `words` are the values that a field may have, where they are few:
    type name, field → enumeration."""

    def __init__(self, words: Mapping[tuple[str, str], EnumType | tuple[str, ...]]) -> None:
        self.named: dict[str, Schema] = {}
        self._words = words

    def of(self, kind: Any) -> Schema:
        """The schema of a type. Raises TypeError for one that has none."""
        if is_typeddict(kind):
            return self._refer(kind)
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if isinstance(kind, UnionType):
            return self._any_of([self.of(one) for one in arguments])
        if kind not in _PLAIN:
            raise TypeError(f"{kind!r} has no schema")
        return {"type": _PLAIN[kind]} if _PLAIN[kind] else {}

    def _refer(self, kind: Any) -> Schema:
        name = kind.__name__
        if name not in self.named:
            self.named[name] = {}  # it may hold its own kind
            self.named[name] |= {
                "type": "object",
                "properties": {field: self._field(name, field, one) for field, one in get_type_hints(kind).items()},
                "required": sorted(kind.__required_keys__),
                "additionalProperties": False,
            }
        return {"$ref": f"#/components/schemas/{name}"}

    def _field(self, name: str, field: str, kind: Any) -> Schema:
        schema = self.of(kind)
        if (words := self._words.get((name, field))) is not None:
            schema["enum"] = [*map(str, words), *([None] if schema["type"] != "string" else [])]
        return schema

    @staticmethod
    def _any_of(schemas: list[Schema]) -> Schema:
        if all(set(schema) == {"type"} for schema in schemas):
            return {"type": [schema["type"] for schema in schemas]}
        return {"anyOf": schemas}
