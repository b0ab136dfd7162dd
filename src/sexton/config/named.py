"""The tables that have names, `[jobs.NAME]` and `[services.NAME]`, of all files, in the order in which they stand."""

import re
from collections.abc import Iterator, Sequence

from sexton.config.table import Table
from sexton.config.values import shown

_NAME = re.compile(r"(?![0-9]+\Z)[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?::[A-Za-z0-9._-]{1,64})?")
_ANY_NAME = re.compile(r"[^\s/:,\0]{1,64}(?::[^\s/:,\0]{1,64})?")


def named_tables(roots: Sequence[Table], section: str, noun: str) -> dict[str, Table]:
    """The table of each `noun` in `section`; a name that is taken or cannot be one is reported."""
    tables: dict[str, Table] = {}
    for root in roots:
        above = root.below(section, f"a table for each {noun}, such as [{section}.web],")
        for name, table in _tables_of(above) if above else ():
            if not (_ANY_NAME if root.places.lenient else _NAME).fullmatch(name):
                table.problem(_misnamed(name, noun))
            if tables.setdefault(name, table) is not table:
                table.problem(f"a {noun} of this name is at {tables[name].place()} already; give one another name")
    return tables


def _tables_of(above: Table) -> Iterator[tuple[str, Table]]:
    for name in above.data:
        table = above.below(name, "a table with a command")
        if table is not None:
            yield name, table


def _misnamed(name: str, noun: str) -> str:
    if name.isdecimal():
        return "a name of digits alone is taken for a run's number; put a letter in"
    meant = "letters, digits and . _ -, the first no sign, 64 at most, are meant"
    return f"{shown(name)} cannot be a {noun}'s name; {meant}"
