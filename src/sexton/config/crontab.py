"""The crontab front door: crontab(5) text → tables as TOML would give them, one `[jobs.NAME]` for each entry.

An assignment holds for the entries after it and goes into their environment. `SHELL`, `HOME`, `CRON_TZ`, `MAILTO` and
`MAILFROM` also do what they do for cron. What comes out is read by the same readers as TOML, so every key of a job can
be set by a directive, `# sexton: key=value`. Invariant: a line is a job, an assignment, or a problem; none is lost.
"""

from __future__ import annotations

import re
from typing import Any

from sexton.config.crontab_lines import Assignment, Directive, Entry, read_line
from sexton.config.crontab_names import Names
from sexton.config.expand import literal
from sexton.config.lines import Places, scan
from sexton.config.page import Page, Remark
from sexton.config.pairs import Pair, read_pairs
from sexton.config.report import Path
from sexton.config.values import Unfit
from sexton.config.where import Where
from sexton.config.zones import zone

_SHELL = "/bin/sh"
_FIXED = ("LOGNAME", "USER")
_FIELD = re.compile(r"([0-9*][0-9*/,-]*)[ \t]")
_REFERENCE = re.compile(r"\$[A-Za-z_{]")


class Lines(Where):
    """The places of a crontab's keys. Messages are told by their line, so they name no job."""

    __slots__ = ()

    def __init__(self, places: Places) -> None:
        super().__init__("")
        self._places = places

    def called(self, path: Path) -> Path | str:
        return path[2:] if path[:1] == ("jobs",) else path


def parse_crontab(text: str, names: Names, *, with_users: bool, owner: str = "") -> Page:
    """The tables of `text`; `with_users`: a user stands before each command, and otherwise `owner` is who runs them.
    `names` names jobs over all files."""
    crontab = _Crontab(names, owner)
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        crontab.read(number, line.removesuffix("\r"), with_users=with_users)
    crontab.finish()
    if any(line.endswith("\r") for line in lines):
        crontab.warn(0, "its lines end in CR LF, which cron(8) would take for a part of each command; LF is meant")
    if lines[-1].strip():
        crontab.warn(len(lines), "the last line has no line end, so cron(8) would ignore the whole file; add one")
    return crontab.page()


class _Crontab:
    """What has been read so far: variables with their lines, directives for the next entry, jobs."""

    def __init__(self, names: Names, owner: str) -> None:
        self._names = names
        self._owner = owner
        self._variables: dict[str, tuple[int, str]] = {}
        self._directives: dict[str, tuple[int, Pair]] = {}
        self._jobs: dict[str, dict[str, Any]] = {}
        self._places = Places()
        self._problems: list[Remark] = []
        self._warnings: list[Remark] = []

    def page(self) -> Page:
        return Page({"jobs": self._jobs}, Lines(self._places), tuple(self._problems), tuple(self._warnings))

    def warn(self, line: int, message: str) -> None:
        self._warnings.append(Remark(line, message))

    def read(self, number: int, line: str, *, with_users: bool) -> None:
        try:
            said = read_line(line, with_users=with_users)
            if isinstance(said, Assignment):
                self._assign(number, said)
            elif isinstance(said, Directive):
                self._directive(number, said)
            elif said:
                self._enter(number, said)
        except Unfit as error:
            self._problems.append(Remark(number, str(error)))
            if not line.lstrip().startswith("#"):
                self._directives = {}

    def finish(self) -> None:
        """No more lines: every directive has to have found its entry."""
        for line in {line for line, _ in self._directives.values()}:
            self._problems.append(Remark(line, "no entry follows to which this belongs; put it above one"))

    def _assign(self, number: int, said: Assignment) -> None:
        name, value = said
        if name in _FIXED:
            self.warn(number, f"{name}: it is the user's name, and cron(8) lets nobody set it; left out")
            return
        if name == "CRON_TZ" and value:
            _verify_zone(value)
        if name == "SHELL" and not value:
            raise Unfit(f"SHELL is empty; a program such as {_SHELL} is meant")
        if name == "TZ":
            self.warn(number, "TZ: the commands get it, and the schedule stays in its zone; CRON_TZ sets that")
        if _REFERENCE.search(value):
            self.warn(number, f"{name}: nothing is replaced in a crontab's variables; `$` stands in it as it is")
        for unfit in _unfit_mail(name, value):
            self.warn(number, f"{name}: {unfit}; left out")
        self._variables[name] = number, value

    def _directive(self, number: int, said: Directive) -> None:
        for pair in read_pairs(said.text):
            if pair.key in self._directives:
                raise Unfit(f"`{pair.key}` is set at line {self._directives[pair.key][0]} already; set it once")
            if pair.key == "command":
                raise Unfit("`command` is what the entry says; write it there")
            self._directives[pair.key] = number, pair

    def _enter(self, number: int, entry: Entry) -> None:
        if not entry.user and entry.command.startswith("root "):
            self.warn(number, "`root` is the command here; in a table with a user before each, give --format cron.d")
        field = _FIELD.match(entry.command)
        if field:
            sixth = f"`{field[1]}` is the command here: a crontab has no field for seconds or years"
            self.warn(number, f"{sixth}; a schedule with one can stand in a TOML file")
        entry = entry if entry.user else entry._replace(user=self._owner)
        directives, self._directives = self._directives, {}
        name = self._name(entry, directives.pop("name", None))
        path: Path = ("jobs", name)
        self._places.lines[path] = number
        self._jobs[name] = self._table(entry, path)
        if "shell" in directives and directives["shell"][1].value is True:
            del directives["shell"]  # it is so anyway, and SHELL says which
        elif "shell" in directives:
            self._jobs[name]["command"] = literal(entry.command)
        self._apply(directives, path)

    def _apply(self, directives: dict[str, tuple[int, Pair]], path: Path) -> None:
        """Set keys of the job at `path`; `env` adds to what is assigned."""
        job = self._jobs[str(path[-1])]
        for key, (line, pair) in directives.items():
            self._places.lines[*path, key] = line
            for below, written in scan(f"{key} = {pair.written}").written.items():
                self._places.written[*path, *below] = written
            both = isinstance(pair.value, dict) and isinstance(job.get(key), dict)
            job[key] = {**job[key], **pair.value} if both else pair.value

    def _name(self, entry: Entry, directive: tuple[int, Pair] | None) -> str:
        if directive is None:
            name = self._names.give(entry.user, entry.said)
        elif isinstance(directive[1].value, str):
            name = directive[1].value
        else:
            raise Unfit(f"`name` at line {directive[0]}: {directive[1].written} is no name; put it in quotes")
        if name in self._jobs:
            first = self._places.lines["jobs", name]
            raise Unfit(f"a job of the name `{name}` is at line {first} already; give one another name")
        return name

    def _table(self, entry: Entry, path: Path) -> dict[str, Any]:
        """The job's keys; each that an assignment gives has that one's line."""
        table: dict[str, Any] = {"schedule": entry.schedule} | self._command(entry)
        if entry.stdin:
            table["stdin"] = literal(entry.stdin)
        if entry.user:
            table |= {"user": entry.user, "user_env": True, "cwd": "~"}
        for name, (line, value) in self._variables.items():
            self._places.lines[*path, "env", name] = line
            for key, meaning in _meanings(name, value).items():
                table[key] = meaning
                self._places.lines[*path, key] = line
        if self._variables:
            table["env"] = {name: literal(value) for name, (_, value) in self._variables.items()}
        return table | {"catch_up": "none"}

    def _command(self, entry: Entry) -> dict[str, Any]:
        command = literal(entry.command)
        shell = self._variables["SHELL"][1] if "SHELL" in self._variables else _SHELL
        if shell == _SHELL:
            return {"command": command, "shell": True}
        return {"command": [literal(shell), "-c", command]}


def _verify_zone(value: str) -> None:
    try:
        zone(value)
    except Unfit as error:
        raise Unfit(f"CRON_TZ: {error}") from None


def _meanings(name: str, value: str) -> dict[str, Any]:
    """The keys by which a job does what cron does for a variable."""
    if not value:
        return {}
    if name == "HOME":
        return {"cwd": literal(value)}
    if name == "CRON_TZ":
        return {"timezone": value}
    if name == "MAILFROM" and not _unfit_mail(name, value):
        return {"mailfrom": literal(value)}
    if name == "MAILTO":
        addresses = [literal(address) for address in _addresses(value) if not _unfit_mail(name, address)]
        return {"mailto": addresses} if addresses else {}
    return {}


def _addresses(value: str) -> list[str]:
    return [address.strip() for address in value.split(",") if address.strip()]


def _unfit_mail(name: str, value: str) -> list[str]:
    """Why those addresses of a variable to which no mail can go are none: cron would have lost them without a word."""
    if name not in ("MAILTO", "MAILFROM") or not value:
        return []
    from sexton.core.mailbox import read_mailbox

    unfit = []
    for address in _addresses(value) if name == "MAILTO" else [value]:
        try:
            read_mailbox(address)
        except ValueError as error:
            unfit.append(str(error))
    return unfit
