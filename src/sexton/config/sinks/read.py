"""`[sinks.NAME]` tables → Sink: exactly one kind each, its options by the keys of that kind's module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sexton.config.named import named_tables
from sexton.config.sinks.there import warn_of_file
from sexton.config.table import pending
from sexton.config.values import duration, found
from sexton.model.notice import Sink, SinkKind
from sexton.model.reference import SecretReference

if TYPE_CHECKING:
    from sexton.config.table import Table

_COMMON = ("deadline", "give_up_after")
_KINDS = tuple(kind.value for kind in SinkKind)
_MEANT = "one of mail = { to = […] }, webhook = { url = … }, ping = { url = … }, apprise = […] or command = […]"


def kind_module(kind: str) -> Any:
    """config/sinks/KIND.py, with its KEYS."""
    return import_module(f"sexton.config.sinks.{kind}")


def read_sinks(roots: Sequence[Table]) -> dict[str, Sink]:
    """The sinks of all files, by name; what is wrong with them is reported where it stands."""
    read = {name: _read_sink(name, table) for name, table in named_tables(roots, "sinks", "sink").items()}
    return {name: sink for name, sink in read.items() if sink is not None}


def _read_sink(name: str, table: Table) -> Sink | None:
    table.only((*_KINDS, *_COMMON), {})
    given = [kind for kind in _KINDS if kind in table]
    if len(given) != 1:
        table.problem(f"{'two ways are' if given else 'no way is'} given; {_MEANT} is meant")
    if not given:
        return None
    sink = Sink(name, SinkKind(given[0]), _read_options(table, given[0]))
    return sink._replace(
        deadline=table.read("deadline", duration("60s"), sink.deadline),
        give_up_after=table.read("give_up_after", duration("3d"), sink.give_up_after),
    )


def _read_options(table: Table, kind: str) -> Mapping[str, Any]:
    module = kind_module(kind)
    options = _table_of(table, kind, getattr(module, "BARE", None))
    if options is None:
        return {}
    options.only([key.name for key in module.KEYS], {})
    read: dict[str, Any] = {}
    for key in module.KEYS:
        if key.required and key.name not in options:
            options.problem(f"`{key.name}` is missing: {key.help}")
        value = options.data.get(key.name)
        if isinstance(value, SecretReference):
            read[key.name] = value
        elif (converted := options.read(key.name, key.convert, key.default)) is not None:
            read[key.name] = _plain(converted)
    if hasattr(module, "verify"):
        module.verify(options, read)
    warn_of_file(options, "ca", read.get("ca"))
    return read


def _plain(value: Any) -> Any:
    """As a plan may have it, and hand over to another image."""
    if isinstance(value, StrEnum):
        return str(value)
    return tuple(map(_plain, value)) if isinstance(value, list) else value


def _table_of(table: Table, kind: str, bare: str | None) -> Table | None:
    """The table of a kind's options; a bare value stands for one that has nothing but the key `bare`."""
    value = table.data[kind]
    if isinstance(value, dict):
        return table.at(value, kind)
    if bare is not None:
        return table.at({bare: value}, kind)
    if not pending(value):
        table.problem(f"{found(value)}; a table such as {kind} = {{ … }} is meant", kind)
    return None
