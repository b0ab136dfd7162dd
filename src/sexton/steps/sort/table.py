"""A batch of rows held to a schema: the good ones as columns of texts that go on, the others with all their faults."""

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from sexton.config.steps.tableschema import Schema
from sexton.steps.sort.batch import Batch
from sexton.steps.sort.column import Column
from sexton.steps.sort.faults import Fault
from sexton.steps.sort.once import repeated, rules_of
from sexton.steps.sort.seen import Seen

_NO_TEXT = frozenset("\0") | frozenset(map(chr, range(0xD800, 0xE000)))

Texts = Sequence[str | None]


class Sorted(NamedTuple):
    """`columns` have the good rows; `faults` those of the others, by their index in the batch."""

    columns: list[Sequence[str]]
    faults: dict[int, list[Fault]]


class Table:
    """Raises ValueError for a schema that cannot be held to."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._columns = [Column(field) for field in schema.fields]
        self.rules = rules_of(schema)

    def sort(self, batch: Batch, places: Sequence[int | None], width: int, seen: Seen | None) -> Sorted:
        """`places` says where in a row each field is, if it is there; rows shall have `width` values."""
        faults = _copied(batch.faults)
        rows = _of_width(batch.rows, width, faults)
        across: list[Texts] = list(zip(*rows, strict=True))
        nothing: Texts = [None] * len(rows)
        judged = []
        for column, place in zip(self._columns, places, strict=True):
            texts = nothing if place is None else across[place]
            found = column.judge(texts)
            judged.append(found.texts)
            _merge(faults, found.faults, column.field.name)
            if batch.odd:
                _merge(faults, _unreadable(texts, column.field.name), column.field.name)
        good = _without(judged, faults)
        if seen is not None:
            kept = [at for at in range(len(rows)) if at not in faults]
            more = repeated(self.rules, good, [batch.lines[at] for at in kept], seen)
            faults.update({kept[at]: found for at, found in more.items()})
            good = _without(good, more)
        return Sorted(good, dict(sorted(faults.items())))


def _of_width(rows: Sequence[Texts], width: int, faults: dict[int, list[Fault]]) -> Sequence[Texts]:
    """Rows that have as many values as they should; in the place of the others nothing but missing values."""
    if set(map(len, rows)) <= {width}:
        return rows
    whole: list[Texts] = list(rows)
    for at, row in enumerate(rows):
        if len(row) != width:
            whole[at] = [None] * width
            detail = f"{len(row)}, not {width}"
            faults[at] = [Fault("has another number of values than there are columns", detail=detail)]
    return whole


def _merge(faults: dict[int, list[Fault]], more: dict[int, list[Fault]], column: str) -> None:
    """What a row as a whole, or this value, has been flagged for already is not said twice."""
    for at, found in more.items():
        known = faults.setdefault(at, [])
        if not any(fault.column in ("", column) for fault in known):
            known += found


def _unreadable(texts: Texts, column: str) -> dict[int, list[Fault]]:
    return {
        at: [Fault("holds what is no text", column, text)]
        for at, text in enumerate(texts)
        if text and not _NO_TEXT.isdisjoint(text)
    }


def _without(columns: list[Sequence[str]], faults: dict[int, list[Fault]]) -> list[Sequence[str]]:
    if not faults:
        return columns
    good = [at not in faults for at in range(len(columns[0]))]
    return [list(compress(column, good)) for column in columns]


def _copied(faults: dict[int, list[Fault]]) -> dict[int, list[Fault]]:
    return {at: list(found) for at, found in faults.items()}
