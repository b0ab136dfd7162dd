"""A `[listeners.NAME]` table → one Listener; its processes are services, which services.py reads.

The keys of a service hold for them too. What cannot be meant is a problem: text on standard input, or another place
for standard error, because both are taken.
"""

from collections.abc import Mapping

from sexton.config.jobs import read_retry
from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.config.values import Unfit, choice, duration, name, names, text, whole
from sexton.core.event_tree import NAMES, known
from sexton.model.listener import RETRY, EventLen, Listener
from sexton.model.service import Service
from sexton.model.units import HOUR

LISTENER_KEYS = ("events", "buffer_size", "event_len", "answer_within", "retry", "server")

_MOST = 100_000  # events that may wait
_NONE: tuple[str, ...] = ()
_LAST = -1  # priority: the listeners start first and stop last, as with supervisord


def as_listener(service: Service, table: Table, listeners: Mapping[str, Table]) -> Service:
    """`service`, as a process of its listener: it is fed, and its output is no log."""
    listener = str(table.path[-1]) if table.path[0] == "listeners" else table.read("listener", name, "")
    if listener not in listeners:
        table.problem(f"there is no listener `{listener}`; {hint(listener, listeners)}", "listener")
    elif table.path[0] != "listeners" and "command" in listeners[listener]:
        table.problem(f"`{listener}` has a command of its own; leave one of them out", "listener")
    if "stdin" in table:
        table.problem("its standard input has the events; leave this out", "stdin")
    if isinstance(table.data.get("log"), dict) and "stderr" in table.data["log"]:
        table.problem("`log` is that of standard error, for its standard output answers events", "log", "stderr")
    service = service._replace(
        listener=listener, process=service.process._replace(fed=True, errors_apart=True, stdin=None)
    )
    return service if "priority" in table else service._replace(group_priority=_LAST)


def read_listeners(tables: Mapping[str, Table], services: Mapping[str, Service]) -> dict[str, Listener]:
    """All listeners by name; `services` has their processes among others."""
    return {named: _read_listener(named, table, services) for named, table in tables.items()}


def _read_listener(named: str, table: Table, services: Mapping[str, Service]) -> Listener:
    members = tuple(each.name for each in services.values() if each.listener == named)
    if not members:
        table.problem("`command` is missing, and no service is a process of it; what to start is meant")
    if "command" not in table:
        table.only(LISTENER_KEYS, {})
    if "events" not in table:
        table.problem('`events` is missing; a list such as ["PROCESS_STATE", "TICK_60"] is meant')
    return Listener(
        name=named,
        events=table.read("events", _events, _NONE),
        members=members,
        buffer_size=table.read("buffer_size", whole(1, _MOST, f"a number of events from 1 to {_MOST}"), 100),
        event_len=table.read("event_len", choice(EventLen), EventLen.CHARACTERS),
        answer_within=table.read("answer_within", duration("1h"), HOUR),
        retry=read_retry(table, RETRY),
        server=table.read("server", text if table.places.lenient else _server, "sexton"),
    )


def _events(value: object) -> tuple[str, ...]:
    listed = names('a list such as ["PROCESS_STATE", "TICK_60"]')(value)
    for each in listed:
        if not known(each):
            meant = " TICK_n takes n from 1 to 31622400 seconds" if each.upper().startswith("TICK") else ""
            raise Unfit(f"there is no event `{each}`;{meant or ' ' + hint(each, NAMES)}")
    return tuple(dict.fromkeys(listed))


def is_word(text: str) -> bool:
    return bool(text) and not any(char.isspace() or not char.isprintable() for char in text)


def _server(value: object) -> str:
    if not is_word(name(value)):
        raise Unfit("it is one word of each event's header; a word without spaces is meant")
    return name(value)
