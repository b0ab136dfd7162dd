"""The front door itself: a supervisord.conf and what it includes → tables as TOML has them, for the same readers.

Sections are read in supervisor's order of things: `[supervisord]` first, for its variables hold everywhere, then
groups, programs, and the rest. What is unknown is a warning, for real supervisord ignores it. Invariant: whatever
supervisor 4.3.0 starts from a file is a service here, under the name that supervisorctl gives it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.config.page import Page
from sexton.config.suggest import hint, nearest
from sexton.config.supervisord import keys as known
from sexton.config.supervisord import listeners
from sexton.config.supervisord.described import describe
from sexton.config.supervisord.expansions import Expansions, carried, host_node_name
from sexton.config.supervisord.include import read_all
from sexton.config.supervisord.main import read_main, read_servers
from sexton.config.supervisord.own import own_tables
from sexton.config.supervisord.places import places_of, temporary, who_runs
from sexton.config.supervisord.programs import (
    Process,
    Surroundings,
    longest_stop,
    read_environment,
    read_program,
)
from sexton.config.supervisord.sections import Conf, Keys
from sexton.config.supervisord.words import integer, names, process_name
from sexton.config.values import Unfit

if TYPE_CHECKING:
    from sexton.config.expand import Expander
    from sexton.model.supervisord import Described

_LEAST_STOP = 9  # seconds for the whole stop
_BESIDES = 2  # seconds that a whole stop takes longer than its longest
_NONE: list[str] = []
_BUILT_IN = ("supervisor.rpcinterface:make_main_rpcinterface", "sexton.supervisor_plugin:make_rpcinterface")


class Group(NamedTuple):
    """Processes that are addressed together."""

    name: str
    priority: int
    processes: list[Process]


def parse_supervisord(text: str, file: str, expander: Expander) -> Page:
    """The tables of `text`, which is that of `file`, and of what it includes."""
    conf, files = read_all(text, file, expander)
    return _Door(conf, expander).page(files)


class _Door:
    """Reads one file into tables."""

    def __init__(self, conf: Conf, expander: Expander) -> None:
        self._conf = conf
        self._expander = expander
        here = {"here": conf.here, "host_node_name": host_node_name()}
        self._expansions = Expansions(expander, here, {})
        self._services: dict[str, dict[str, Any]] = {}
        self._groups: dict[str, dict[str, Any]] = {}
        self._programs: dict[str, list[str]] = {}  # the services of each
        self._listeners: dict[str, dict[str, Any]] = {}
        self._described: dict[str, Described] = {}

    def page(self, files: tuple[str, ...]) -> Page:
        conf = self._conf
        self._say_unknown()
        if known.MAIN not in conf.ini.sections:
            conf.problem(known.MAIN, "there is no such section; put [supervisord] into the file")
            return self._made({}, files)
        environment = read_environment(self._keys(known.MAIN))
        self._expansions = self._expansions.knowing(environment)
        own = own_tables(conf, self._keys)
        servers = read_servers(conf, self._expansions)
        main = read_main(self._keys(known.MAIN), {name: carried(value) for name, value in environment.items()}, servers)
        conf.places.owner = uid, _ = who_runs(self._expander.main.get("user"))
        log_dir = own.get("sexton", {}).get("log_dir") or main.childlogdir or temporary(self._expander.environ, uid)
        mode = f"{main.log_mode | 0o600:03o}"
        around = Surroundings(environment, main.url, log_dir, mode, main.strip_ansi)
        found = (*self._all_groups(around), *self._pools(around, main.identifier))
        groups = sorted(found, key=lambda group: (group.priority, group.name))
        for group in groups:
            self._add(group)
        processes = [process for group in groups for process in group.processes]
        self._spread_needs()
        self._say_lost()
        settings = self._settings(processes, log_dir, uid, remembers="jobs" in own or "sinks" in own)
        tables = {
            "sexton": settings | own.pop("sexton", {}),
            **({"services": self._services} if self._services else {}),
            **({"groups": self._groups} if self._groups else {}),
            **({"listeners": self._listeners} if self._listeners else {}),
            **own,
        }
        return self._made(tables, files)._replace(supervisord=main._replace(described=self._described))

    def _made(self, tables: dict[str, Any], files: tuple[str, ...]) -> Page:
        conf = self._conf
        return Page(
            tables, conf.places, tuple(dict.fromkeys(conf.problems)), tuple(conf.warnings), files, lost=tuple(conf.lost)
        )

    def _keys(self, section: str) -> Keys:
        return Keys(self._conf, section, self._expansions)

    # Groups

    def _all_groups(self, around: Surroundings) -> Iterator[Group]:
        """Those of `[group:…]` sections, and each program that is in none."""
        taken: set[str] = set()
        for section in self._named(known.GROUP):
            yield self._group(section, around, taken)
        for section in self._named(known.PROGRAM):
            if section not in taken:
                keys = self._keys(section)
                name = known.name_of(section)
                yield Group(name, _priority(keys), read_program(keys, name, around))
        for section in self._named(known.FCGI):
            if section not in taken:
                keys = self._keys(section)
                name = known.name_of(section)
                yield Group(name, _priority(keys), self._fcgi(section, name, around))

    def _fcgi(self, section: str, group: str, around: Surroundings) -> list[Process]:
        from sexton.config.supervisord.fcgi import read_socket

        keys = self._keys(section)
        processes, socket = read_program(keys, group, around), read_socket(keys)
        for process in processes:
            process.table["socket"] = dict(socket)
        return processes

    def _pools(self, around: Surroundings, identifier: str) -> Iterator[Group]:
        """The listeners, each with a group of processes of its own."""
        for section in self._named(known.LISTENER):
            keys, name = self._keys(section), known.name_of(section)
            priority = keys.read("priority", integer, listeners.PRIORITY)
            self._listeners[name] = listeners.read_listener(keys, name, identifier)
            yield Group(name, priority, listeners.read_processes(keys, name, priority, around))

    def _named(self, kind: str) -> Iterator[str]:
        """The sections of a kind that have a name which can be one."""
        for section in self._conf.sections(kind):
            try:
                process_name(known.name_of(section))
            except Unfit as error:
                self._conf.problem(section, str(error))
            else:
                yield section

    def _group(self, section: str, around: Surroundings, taken: set[str]) -> Group:
        keys = self._keys(section)
        name = known.name_of(section)
        around = around._replace(grouped=True)
        members: list[Process] = []
        for program in dict.fromkeys(keys.read("programs", names, _NONE)):
            member = self._member(keys, program)
            if member is not None:
                taken.add(member)
                fcgi = known.kind_of(member) == known.FCGI
                read = self._fcgi(member, name, around) if fcgi else read_program(self._keys(member), name, around)
                members += read
        if "programs" not in keys:
            self._conf.problem(section, "`programs` is missing; the names of programs with commas between are meant")
        return Group(name, _priority(keys), members)

    def _member(self, keys: Keys, program: str) -> str | None:
        sections = self._conf.ini.sections
        found = [f"{kind}:{program}" for kind in (known.PROGRAM, known.FCGI) if f"{kind}:{program}" in sections]
        if len(found) > 1:
            keys.problem("programs", f"`{program}` is a program and a FastCGI program; give one another name")
        if not found:
            listed = [known.name_of(each) for kind in (known.PROGRAM, known.FCGI) for each in self._conf.sections(kind)]
            keys.problem("programs", f"there is no program `{program}`; {hint(program, listed)}")
        return found[0] if found else None

    def _add(self, group: Group) -> None:
        """Make services of a group."""
        for process in group.processes:
            name = process.service
            if name in self._services:
                self._conf.problem(process.keys.section, f"there are two processes `{name}`; give one another name")
            self._programs.setdefault(known.name_of(process.keys.section), []).append(name)
            if name != group.name:
                members = self._groups.setdefault(group.name, {"services": [], "priority": group.priority})
                members["services"].append(name)
            self._services[name] = process.table
            self._described[name] = describe(process.keys)

    def _spread_needs(self) -> None:
        """Who depends on a group, or on a program of several processes, depends on each of its processes."""
        for table in self._services.values():
            needed = table.get("depends_on")
            if isinstance(needed, list):
                table["depends_on"] = [each for name in needed for each in self._meant(name)]

    def _meant(self, name: str) -> list[str]:
        group: dict[str, Any] = self._groups.get(name, {})
        return group.get("services") or self._programs.get(name) or [name]

    def _say_lost(self) -> None:
        """What TOML has no words for."""
        sections = self._conf.ini.sections
        kept = ("environment", "childlogdir")
        of_main = [key for key in sections[known.MAIN] if key in known.MAIN_KEYS and key not in kept]
        if of_main:
            self._conf.lost.append(f"[supervisord] {', '.join(of_main)}")
        servers = [section for section in sections if known.kind_of(section).endswith("_http_server")]
        self._conf.lost.extend(f"[{section}]" for section in servers)

    def _settings(self, processes: list[Process], log_dir: str, uid: int, *, remembers: bool) -> dict[str, Any]:
        """What holds for a file that says nothing of Sexton: no port, nothing on standard output that it does not ask
        for, no state unless there are jobs or sinks, time enough for the slowest to stop."""
        within = max(longest_stop(processes) + _BESIDES, _LEAST_STOP)
        settings: dict[str, Any] = {"log_dir": log_dir, "relay": "off", "http": "", "stop_within": f"{within}s"}
        if uid != os.geteuid():
            settings |= places_of(self._expander.environ, uid)
        return settings if remembers else {**settings, "state": ":memory:"}

    # What is not known

    def _say_unknown(self) -> None:
        for section in self._conf.ini.sections:
            kind = known.kind_of(section)
            if not _is_known(section):
                near = nearest(kind, known.SECTIONS)
                meant = f"{near}:NAME" if near in known.NAMED else near
                self._conf.warning(
                    section, "unknown section, left out" + (f"; did you mean [{meant}]?" if near else "")
                )
            elif kind in ("rpcinterface", "ctlplugin"):
                self._say_plugin(section, kind)
            else:
                self._say_unknown_keys(section, known.SECTIONS[kind])

    def _say_unknown_keys(self, section: str, legal: tuple[str, ...] | None) -> None:
        options = self._conf.ini.sections[section]
        for key in options if legal is not None else ():
            if key not in (legal or ()):
                near = nearest(key, legal or ())
                advice = f"; did you mean `{near}`?" if near else ""
                self._conf.warning(section, f"unknown key, left out{advice}", key)

    def _say_plugin(self, section: str, kind: str) -> None:
        key = "supervisor.rpcinterface_factory" if kind == "rpcinterface" else "supervisor.ctl_factory"
        option = self._conf.ini.options(section).get(key)
        if option is None:
            self._conf.problem(section, f"`{key}` is missing; it names the factory, MODULE:CALLABLE")
        elif kind == "rpcinterface" and option.value not in _BUILT_IN:
            self._conf.warning(
                section, f"Sexton loads no plug-ins; what {option.value} adds to supervisord is not there", key
            )


def _is_known(section: str) -> bool:
    kind = known.kind_of(section)
    if kind not in known.SECTIONS:
        return False
    return (kind in known.NAMED) == (":" in section) or kind.endswith("_http_server")


def _priority(keys: Keys) -> int:
    return keys.read("priority", integer, 999)
