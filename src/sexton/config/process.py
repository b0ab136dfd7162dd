"""The keys that say what to start: command, shell, cwd, env, env_file, stdin and stop → Process.

Paths count from `cwd`, and that from Sexton's own working directory, where it is left to the kernel to look.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sexton.config.expand import Unexpanded
from sexton.config.files import Unreadable, read_text
from sexton.config.suggest import hint
from sexton.config.table import Table
from sexton.config.values import Unfit, boolean, choice, duration, found, name, names, shown, text
from sexton.model.log import Log
from sexton.model.process import Process, Reach, Stop
from sexton.model.reference import SecretReference

if TYPE_CHECKING:
    from sexton.model.secret import SecretUse

_STANDING = ("user", "group", "user_env", "umask", "nice", "limits", "no_new_privs")
PROCESS_KEYS = ("command", "shell", "cwd", "env", "env_file", "stop", "log", "secrets", "stdin", *_STANDING)

_COMMAND = 'a string such as "./job.sh --all" or a list such as ["./job.sh", "--all"]'
_ENV_FILE_LIMIT = 1_000_000  # bytes
_QUOTING = re.compile(r"""['"\\]""")
_BLANKS = re.compile(r"[ \t\r\n]+")  # what shlex parts words at
_STDIN_LIMIT = 1_000_000  # bytes


def read_process(table: Table, *, for_run: bool) -> Process:
    """The process of a table; where something is wrong, `argv` may be empty, and the report says why."""
    cwd = _read_cwd(table)
    argv, flaw = _read_command(table)
    nothing: tuple[str | None, bool] = None, False
    stdin, fed = table.read("stdin", _stdin, nothing)
    process = Process(
        argv=argv,
        cwd=cwd,
        env=_read_env_files(table, cwd, for_run=for_run) | _read_env(table),
        stop=_read_stop(table),
        log=_read_log(table, cwd),
        secrets=_read_secrets(table),
        stdin=stdin,
        fed=fed,
        flaw=flaw,
    )
    if any(key in table for key in _STANDING):
        from sexton.config.standing import with_standing

        return with_standing(process, table, for_run=for_run)
    return process


def _read_cwd(table: Table) -> str | None:
    if table.data.get("cwd") == "" and _stops_no_others(table):
        table.warning("it is empty; so this alone cannot start: name a folder, or leave the key out", "cwd")
        return ""
    cwd = table.verbatim("cwd")
    if cwd != "~":
        return cwd
    from sexton.config.home import home_of

    return home_of(table)


def _stops_no_others(table: Table) -> bool:
    """Whether the start of this process fails where another's file would be refused."""
    return table.places.lenient and table.path[0] == "services"


def _read_command(table: Table) -> tuple[tuple[str, ...], str]:
    """The words, and why no process can be started from them."""
    if "command" not in table:
        if "steps" not in table:
            table.problem(f"`command` is missing; {_COMMAND} is meant")
        return (), ""
    shell = table.read("shell", boolean, False)
    command = table.data["command"]
    try:
        return _shell(command) if shell else _argv(command), ""
    except Unfit as error:
        if isinstance(command, str) and "\0" not in command and _stops_no_others(table):
            from sexton.config.flaw import read_flaw

            return (command,), read_flaw(table, command)
        table.problem(str(error), "command")
        return (), ""


def _shell(command: object) -> tuple[str, ...]:
    if isinstance(command, list):
        raise Unfit("a list is started as it is, without a shell; with shell = true a string is meant")
    if not text(command).strip():
        raise Unfit(f"it is empty; {_COMMAND} is meant")
    return ("/bin/sh", "-c", text(command))


def _argv(command: object) -> tuple[str, ...]:
    if isinstance(command, str):
        words = _split(command)
    elif isinstance(command, list):
        words = tuple(text(word) for word in command)
    else:
        raise Unfit(f"{found(command)}; {_COMMAND} is meant")
    if not words or not words[0]:
        raise Unfit(f"it is empty; {_COMMAND} is meant")
    return words


def _split(command: str) -> tuple[str, ...]:
    """The words as a POSIX shell has them; most commands quote nothing, and are plain words."""
    if not _QUOTING.search(text(command)):
        return tuple(word for word in _BLANKS.split(command) if word)
    import shlex

    try:
        return tuple(shlex.split(text(command)))
    except ValueError as error:
        if isinstance(command, Unexpanded):  # a message or default in braces may hold an apostrophe
            return (command,)
        raise Unfit(f"{str(error).lower()}; close what is open, or write a list") from None


def _read_env(table: Table) -> dict[str, str]:
    env: dict[str, str] = {}
    variables = table.below("env", 'a table of strings such as { MODE = "fast" }')
    if variables is None:
        return env
    for key, value in variables.data.items():
        if isinstance(value, SecretReference):
            continue
        try:
            env[_variable(key)] = variables.written(key) if _plain(value) else text(value)
        except Unfit as error:
            variables.problem(str(error), key)
    return env


def _read_secrets(table: Table) -> tuple[SecretUse, ...]:
    env = table.data.get("env")
    values = env.values() if isinstance(env, dict) else ()
    if "secrets" not in table and not any(isinstance(value, SecretReference) for value in values):
        return ()
    from sexton.config.secrets import read_uses

    return read_uses(table)


def _stdin(value: object) -> tuple[str | None, bool]:
    """A text, or whether there is a pipe that stays open."""
    if value == {"open": True}:
        return None, True
    if isinstance(value, Mapping):
        raise Unfit("a text, or { open = true } is meant")
    if len(text(value).encode(errors="surrogateescape")) > _STDIN_LIMIT:
        raise Unfit(f"it is longer than {_STDIN_LIMIT:,} bytes; let the command read a file")
    return text(value), False


def _variable(key: str) -> str:
    if not key or "=" in key or "\0" in key:
        raise Unfit("no variable can have this name; one without = and NUL, not empty, is meant")
    return key


def _plain(value: object) -> bool:
    return isinstance(value, bool | int | float)


def _read_env_files(table: Table, cwd: str | None, *, for_run: bool) -> dict[str, str]:
    env: dict[str, str] = {}
    no_files: tuple[str, ...] = ()
    for file in table.read("env_file", names('a file such as "job.env", or a list of them,'), no_files):
        from sexton.config.env_file import parse_env

        path = os.path.join(cwd or "", file)
        try:
            content = read_text(path, _ENV_FILE_LIMIT)
        except Unreadable as error:
            _miss(table, f"cannot read {path}: {error}", for_run=for_run)
            continue
        for line in parse_env(content):
            if line.problem:
                table.report.problem(path, line.line, line.problem, (line.line,))
            else:
                env[line.key] = line.value
    return env


def _miss(table: Table, message: str, *, for_run: bool) -> None:
    """An absent file stops a run, but not a look at the plan on a machine that lacks what only the job needs."""
    if for_run:
        table.problem(message, "env_file")
    else:
        table.warning(message, "env_file")


def _read_log(table: Table, cwd: str | None) -> Log:
    if "log" not in table:
        return Log()
    from sexton.config.log import read_log

    return read_log(table, cwd)


def _read_stop(table: Table) -> Stop:
    stop = table.below("stop", 'a table such as { signal = "TERM", timeout = "10s" }')
    if stop is None:
        return Stop()
    stop.only(Stop._fields, {})
    return Stop(
        signal=stop.read("signal", _signal, Stop().signal),
        timeout=stop.read("timeout", duration("10s"), Stop().timeout),
        reach=stop.read("reach", choice(Reach), Stop().reach),
        kill_reach=stop.read("kill_reach", choice(Reach), Stop().kill_reach),
    )


def _signal(value: Any) -> int:
    """A signal's number, from its name with or without SIG, or its number (signal(7))."""
    from signal import SIGRTMAX, Signals

    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unfit(f'{found(value)}; a signal such as "TERM" is meant')
    if isinstance(value, str) and not value.isdecimal():
        word = name(value).upper().removeprefix("SIG")
        known = {signal.name.removeprefix("SIG"): int(signal) for signal in Signals}
        if word not in known:
            raise Unfit(f"unknown signal {shown(value)}; " + hint(word, known, '"'))
        return known[word]
    if not 1 <= int(value) <= SIGRTMAX:
        raise Unfit(
            f'{value} is no signal\'s number; one from 1 to {int(SIGRTMAX)}, or a name such as "TERM", is meant'
        )
    return int(value)
