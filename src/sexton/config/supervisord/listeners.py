"""`[eventlistener:…]` → a table of a listener, and its processes, which are read as those of a program are.

Their standard output answers events; their log is that of standard error, and what they answer is kept beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sexton.config.expand import literal
from sexton.config.suggest import hint
from sexton.config.supervisord.keys import OWN_LISTENER_KEYS
from sexton.config.supervisord.logs import read_log_of_listener
from sexton.config.supervisord.own import own_keys
from sexton.config.supervisord.programs import Process, Surroundings, read_program
from sexton.config.supervisord.words import boolean, integer, names
from sexton.config.values import Unfit
from sexton.model.log import log_beside

if TYPE_CHECKING:
    from sexton.config.supervisord.sections import Keys

PRIORITY = -1  # unless told: listeners start first and stop last

_DEFAULT_HANDLER = "supervisor.dispatchers:default_handler"
_ANY = ["EVENT"]  # in place of what cannot be read, which is said once


def read_processes(keys: Keys, name: str, priority: int, around: Surroundings) -> list[Process]:
    """The processes of the listener `name`; where there is one, the priority of the group is its own."""
    if keys.read("redirect_stderr", boolean, False):
        keys.problem("redirect_stderr", "a listener answers on standard output; standard error cannot go there too")
    processes = read_program(keys, name, around)
    for process in processes:
        automatic = f"{around.log_dir}/{log_beside(process.service, 'stdout')}"
        process.table["log"] = read_log_of_listener(process.keys, automatic, around.log_mode)
        if around.strip_ansi:
            process.table["log"]["strip_ansi"] = True
        process.table["listener"] = name
    if len(processes) == 1:
        processes[0].table["priority"] = priority
        return [processes[0]._replace(priority=priority)]
    return processes


def read_listener(keys: Keys, name: str, identifier: str) -> dict[str, Any]:
    """The listener itself."""
    path = ("listeners", name)
    keys.note(path)
    keys.note_all(path, {"events": "events", "buffer_size": "buffer_size"})
    if "events" not in keys:
        keys.conf.problem(keys.section, "`events` is missing; kinds of events with commas between them are meant")
    handler = keys.read("result_handler", str, _DEFAULT_HANDLER)
    if handler != _DEFAULT_HANDLER:
        keys.warning("result_handler", f"Sexton does not load {handler}; an answer is good when it is OK")
    own = own_keys(keys, (key for key in OWN_LISTENER_KEYS if key in keys), path)
    size = max(keys.read("buffer_size", _size, 10), 1)
    return {"events": keys.read("events", _events, _ANY), "buffer_size": size, "server": literal(identifier)} | own


def _events(text: str) -> list[str]:
    """In any case, as supervisor takes them."""
    from sexton.core.event_tree import NAMES, known

    listed = [each.upper() for each in names(text)]
    if not listed:
        raise Unfit("there is none; kinds of events with commas between them are meant")
    for each in listed:
        if not known(each):
            raise Unfit(f"there is no event `{each}`; {hint(each, NAMES)}")
    return listed


def _size(text: str) -> int:
    size = integer(text)
    if size < 1:
        raise Unfit(f"{size} is too small; at least 1 is meant")
    return size
