"""`[program:…]` and its like → tables of services, as TOML has them.

One process is one service: `NAME` where its group has no other and the same name, else `GROUP:NAME`, as supervisorctl
calls it. supervisor's own rules hold: `startretries` with a pause of n seconds before the n-th further try, no budget,
stop signals that reach the process alone unless `stopasgroup` says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.config.expand import Unexpanded
from sexton.config.supervisord import keys as words_of
from sexton.config.supervisord.expansions import carried
from sexton.config.supervisord.logs import read_log
from sexton.config.supervisord.own import own_keys
from sexton.config.supervisord.words import (
    boolean,
    exit_codes,
    integer,
    octal,
    pairs,
    process_name,
    restart,
    signal_name,
)
from sexton.config.values import Unfit
from sexton.model.log import log_beside

if TYPE_CHECKING:
    from sexton.config.supervisord.sections import Keys

_NAME = "%(program_name)s"
_MOST = 10_000  # processes of one program
_HIGHEST = 1_000_000


class Process(NamedTuple):
    """One process of a program: `name` within its group, `service` as what it is known, `table` as TOML has it, `keys`
    where it comes from."""

    name: str
    service: str
    priority: int
    table: dict[str, Any]
    keys: Keys


class Surroundings(NamedTuple):
    """What all programs share: variables of `[supervisord] environment`, not yet fit for a table; where clients find
    us; where the logs are that nothing is said of, the permission bits of those that have a name; whether colours
    are left out of all."""

    environment: dict[str, str]
    url: str | None
    log_dir: str
    log_mode: str = "644"
    strip_ansi: bool = False
    grouped: bool = False  # in a group of several programs


def read_program(keys: Keys, group: str, around: Surroundings) -> list[Process]:
    """All processes of the program of this section, as members of `group`, in the order in which they start."""
    program = words_of.name_of(keys.section)
    keys = keys.expanding(keys.expansions.having(program_name=program, group_name=group))
    if "command" not in keys:
        keys.conf.problem(keys.section, "`command` is missing; what to start is meant")
        return []
    count, first = _numbers(keys)
    found = [_process(keys, group, number, count, around) for number in range(first, first + count)]
    return sorted(found, key=lambda process: (process.priority, process.name))


def _numbers(keys: Keys) -> tuple[int, int]:
    count = keys.read("numprocs", integer, 1)
    named = keys.written("process_name") if "process_name" in keys else _NAME
    if count > 1 and "%(process_num)" not in named:
        keys.problem("process_name", "with several numprocs it needs %(process_num)d, for each has to have its own")
        count = 1
    if count > _MOST:
        keys.problem("numprocs", f"{count} are too many; {_MOST} at most are meant")
        count = 1
    return count, keys.read("numprocs_start", integer, 0)


def _process(keys: Keys, group: str, number: int, count: int, around: Surroundings) -> Process:
    plain = keys  # most keys know nothing of numbers
    numbered = keys.expansions.having(process_num=number, numprocs=count)
    keys = keys.expanding(numbered)
    variables = read_environment(keys)
    keys = keys.expanding(numbered.knowing(variables))
    name = keys.read("process_name", process_name, words_of.name_of(keys.section))
    table = {"command": keys.carried("command")} | _standing(plain, keys) | _life(plain) | _stop(plain)
    table["env"] = _env(keys, group, name, {**around.environment, **variables}, around.url)
    alone = count == 1 and not around.grouped
    service = _service_name(group, name, alone=alone)
    path = ("services", service)
    keys.note(path)
    keys.note_all(path, _FROM)
    table["log"] = read_log(keys, f"{around.log_dir}/{log_beside(service, 'stderr')}", around.log_mode)
    if around.strip_ansi:
        table["log"]["strip_ansi"] = True
    if words_of.kind_of(keys.section) == words_of.PROGRAM:
        table["stdin"] = {"open": True}  # what reads it may be typed to (fg), and does not end at once
    _add_own(table, keys, path)
    return Process(name, service, plain.read("priority", integer, 999), table, keys)


_FROM = {
    "command": "command",
    "cwd": "directory",
    "user": "user",
    "umask": "umask",
    "autostart": "autostart",
    "priority": "priority",
    "restart": "autorestart",
    "success_codes": "exitcodes",
    "start_seconds": "startsecs",
    "start_retries": "startretries",
    "env": "environment",
    "log": "stdout_logfile",
    "socket": "socket",
}


def _service_name(group: str, name: str, *, alone: bool) -> str:
    """What a process is called; `alone`: its group has no other. Digits alone would be a run's number."""
    return name if alone and group == name and not name.isdecimal() else f"{group}:{name}"


def _add_own(table: dict[str, Any], keys: Keys, path: tuple[str, ...]) -> None:
    """Sexton's keys in the same section; a table of theirs adds to what is there."""
    own = own_keys(keys, (key for key in words_of.OWN_PROGRAM_KEYS if key in keys), path)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(table.get(key), dict)
        table[key] = {**table[key], **value} if both else value


def read_environment(keys: Keys) -> dict[str, str]:
    """The variables of `environment`, not yet fit for a table."""
    held = keys.held("environment")
    try:
        return {} if isinstance(held, Unexpanded) else pairs(held)
    except Unfit as error:
        keys.problem("environment", str(error))
        return {}


def _env(keys: Keys, group: str, name: str, variables: dict[str, str], url: str | None) -> dict[str, str]:
    """supervisor's own variables, and over them those of `environment`."""
    own = {"SUPERVISOR_ENABLED": "1", "SUPERVISOR_PROCESS_NAME": name, "SUPERVISOR_GROUP_NAME": group}
    serverurl = keys.read("serverurl", str, "")
    if serverurl and serverurl.strip().upper() != "AUTO":
        url = serverurl
    if url:
        own["SUPERVISOR_SERVER_URL"] = url
    return {key: carried(value) for key, value in {**own, **variables}.items()}


def _standing(plain: Keys, keys: Keys) -> dict[str, Any]:
    """As whom, where and with which umask."""
    standing: dict[str, Any] = {}
    if "directory" in keys:
        standing["cwd"] = keys.carried("directory")
    if "user" in plain and not (user := plain.carried("user")):
        plain.problem("user", "there is none; leave `user` out, or name one")
    elif "user" in plain:
        standing["user"] = user
    if "umask" in plain:
        standing["umask"] = f"{plain.read('umask', octal, 0o022):03o}"
    return standing


def _life(keys: Keys) -> dict[str, Any]:
    """When it is started, and what its ends are answered with."""
    retries = min(max(keys.read("startretries", integer, 3), 0), _HIGHEST)
    codes = keys.read("exitcodes", exit_codes, [0])
    answer = keys.read("autorestart", restart, "unexpected")
    if not codes:  # no end is expected
        answer = "always" if answer == "unexpected" else answer
    return {
        "autostart": keys.read("autostart", boolean, True),
        "priority": _within(keys.read("priority", integer, 999)),
        "restart": answer,
        **({"success_codes": sorted(set(codes))} if codes else {}),
        "start_seconds": f"{max(keys.read('startsecs', integer, 1), 0)}s",
        "start_retries": retries,
        "backoff": {"delay": "1s", "factor": 1, "step": "1s", "limit": f"{max(retries, 1)}s"},
        "budget": False,
    }


def _within(priority: int) -> int:
    return min(max(priority, -_HIGHEST), _HIGHEST)


def _stop(keys: Keys) -> dict[str, Any]:
    as_group = keys.read("stopasgroup", boolean, False)
    kill_as_group = keys.read("killasgroup", boolean, as_group)
    if as_group and not kill_as_group:
        keys.problem("killasgroup", "stopasgroup=true needs killasgroup=true, for what ignores the signal")
    seconds = keys.read("stopwaitsecs", integer, 10)
    stop = {
        "signal": keys.read("stopsignal", signal_name, "TERM"),
        "timeout": f"{seconds}s" if seconds > 0 else "1ms",
        "reach": _reach(as_group),
        "kill_reach": _reach(kill_as_group),
    }
    return {"stop": stop}


def _reach(as_group: bool) -> str:
    return "group" if as_group else "process"


def longest_stop(processes: Iterator[Process] | list[Process]) -> int:
    """The largest `stopwaitsecs`, in whole seconds."""
    return max((each.keys.read("stopwaitsecs", integer, 10) for each in processes), default=0)
