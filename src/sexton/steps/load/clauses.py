"""Pieces of SQL that PostgreSQL and SQLite write alike."""

from collections.abc import Sequence


def quoted(name: str) -> str:
    """As an identifier, whatever is in it (postgresql.org/docs/current/sql-syntax-lexical.html; SQLite, too)."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def qualified(table: str) -> str:
    """A table's name, with its schema if it has one."""
    return ".".join(map(quoted, table.split(".")))


def in_place_of(columns: Sequence[str], key: Sequence[str]) -> str:
    """What makes an INSERT of `columns` take the place of a row with the same `key`."""
    sets = ", ".join(f"{quoted(each)} = excluded.{quoted(each)}" for each in columns if each not in key)
    return f"ON CONFLICT ({listed(key)}) DO {'UPDATE SET ' + sets if sets else 'NOTHING'}"
