"""How the columns of a file go with the fields of a schema: the rules of Table Schema's `fieldsMatch`."""

from collections.abc import Sequence

from sexton.config.steps.tableschema import Schema
from sexton.steps.sort.faults import Fault


def arrange(names: Sequence[str], schema: Schema) -> list[int | None] | Fault:
    """For each field the column of the file that has it, or None; or why the file cannot be read.

    `exact`: the same names in the same order; `equal`: the same in any order; `subset`: the file may have more;
    `superset`: it may have fewer; `partial`: it has at least one. A required field is never left out."""
    wanted = [field.name for field in schema.fields]
    fault = (
        _twice(names, wanted)
        or _absent(names, schema)
        or _unknown(names, wanted, schema.match)
        or _disordered(names, wanted, schema.match)
    )
    if fault is not None:
        return fault
    return [names.index(name) if name in names else None for name in wanted]


def _twice(names: Sequence[str], wanted: list[str]) -> Fault | None:
    twice = [name for name in wanted if names.count(name) > 1]
    return Fault("is there twice in the header", twice[0]) if twice else None


def _absent(names: Sequence[str], schema: Schema) -> Fault | None:
    optional = schema.match in ("superset", "partial")
    absent = [field.name for field in schema.fields if field.name not in names and (field.required or not optional)]
    if absent:
        return Fault("is not in the header", absent[0], detail=_listed(names))
    if not any(field.name in names for field in schema.fields):
        return Fault("none of the columns is in the header", detail=_listed(names))
    return None


def _unknown(names: Sequence[str], wanted: list[str], match: str) -> Fault | None:
    unknown = [name for name in names if name not in wanted] if match not in ("subset", "partial") else []
    return Fault("is a column that the schema does not have", unknown[0]) if unknown else None


def _disordered(names: Sequence[str], wanted: list[str], match: str) -> Fault | None:
    if match != "exact" or list(names) == wanted:
        return None
    return Fault("the header has another order than the schema", detail=_listed(names))


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(names[:100])
    return text if len(text) <= 200 else f"{text[:200]}…"
