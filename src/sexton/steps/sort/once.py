"""Values that may be there once in a file: `unique` columns, and the primary key."""

from collections.abc import Sequence
from typing import NamedTuple

from sexton.config.steps.tableschema import Schema
from sexton.steps.sort.faults import Fault
from sexton.steps.sort.numbers import canonical
from sexton.steps.sort.seen import Seen


class Once(NamedTuple):
    """Columns, by their places in the schema, whose values together may be there once. `numeric` are those of them
    where texts may differ that are equal. Missing values may be there as often as they like."""

    reason: str
    columns: tuple[int, ...]
    numeric: frozenset[int]
    names: str

    def keys(self, columns: Sequence[Sequence[str]]) -> list[str]:
        texts = [
            map(canonical, columns[column]) if column in self.numeric else columns[column] for column in self.columns
        ]
        return list(texts[0]) if len(texts) == 1 else list(map("\0".join, zip(*texts, strict=True)))

    def fault(self, columns: Sequence[Sequence[str]], row: int, line: int) -> Fault:
        value = ", ".join(columns[column][row] for column in self.columns)
        return Fault(self.reason, self.names, value, f"of line {line}")


def rules_of(schema: Schema) -> list[Once]:
    names = [field.name for field in schema.fields]
    numeric = frozenset(at for at, field in enumerate(schema.fields) if field.type == "number")
    unique = [at for at, field in enumerate(schema.fields) if field.constraints.get("unique")]
    rules = [Once("repeats a value", (at,), numeric, names[at]) for at in unique]
    if schema.key:
        places = tuple(map(names.index, schema.key))
        rules.append(Once("repeats a primary key", places, numeric, ", ".join(schema.key)))
    return rules


def repeated(
    rules: Sequence[Once], columns: Sequence[Sequence[str]], lines: Sequence[int], seen: Seen
) -> dict[int, list[Fault]]:
    """Enters rows that are good otherwise, each of which began in one of `lines`; for those that repeat an earlier one,
    by their index, why they are flagged."""
    faults: dict[int, list[Fault]] = {}
    for number, rule in enumerate(rules):
        keys = rule.keys(columns)
        there: Sequence[int] = range(len(keys)) if all(keys) else [at for at, key in enumerate(keys) if key]
        before = seen.again(number, [keys[at] for at in there], [lines[at] for at in there])
        for index, line in before.items():
            faults.setdefault(there[index], []).append(rule.fault(columns, there[index], line))
    return faults
