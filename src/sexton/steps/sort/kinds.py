"""Which kind a field of a schema is."""

from collections.abc import Callable

from sexton.config.steps.tableschema import Field
from sexton.steps.sort import moments, numbers, texts
from sexton.steps.sort.kind import Kind

_KINDS: dict[str, Callable[[Field], Kind]] = {
    "string": texts.string,
    "integer": numbers.integer,
    "number": numbers.number,
    "boolean": texts.boolean,
    "date": moments.date_,
    "time": moments.time_,
    "datetime": moments.datetime_,
    "year": moments.year,
    "object": texts.object_,
    "array": texts.array,
    "any": texts.any_,
}
_FORMATTED = ("string", "date", "time", "datetime", "year")


def kind_of(field: Field) -> Kind:
    """Raises ValueError for a format or an option that the field's type does not have."""
    if field.type not in _FORMATTED and field.format != "default":
        raise ValueError(f"the field {field.name!r} has the format {field.format!r}, which {field.type} does not have")
    return _KINDS[field.type](field)
