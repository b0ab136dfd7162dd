"""The columns of a table that is made: which type of a database a type of Table Schema becomes."""

from collections.abc import Mapping

from sexton.config.steps.tableschema import Schema
from sexton.steps.load.clauses import listed, quoted

POSTGRES = {
    "integer": "bigint",
    "number": "numeric",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "datetime": "timestamp with time zone",
    "year": "integer",
    "object": "jsonb",
    "array": "jsonb",
}
SQLITE = {"integer": "INTEGER", "number": "NUMERIC", "boolean": "BOOLEAN", "year": "INTEGER"}


def definitions(schema: Schema, key: tuple[str, ...], types: Mapping[str, str]) -> str:
    """What stands between the parentheses of CREATE TABLE. Everything else is text."""
    lines = [
        f"{quoted(field.name)} {types.get(field.type, 'text')}{' NOT NULL' if field.required else ''}"
        for field in schema.fields
    ]
    return ", ".join([*lines, f"PRIMARY KEY ({listed(key)})"] if key else lines)
