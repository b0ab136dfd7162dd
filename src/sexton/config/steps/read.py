"""`[[jobs.NAME.steps]]` → Steps. Loaded when a job has some.

Each value is read by its key's converter to find what is wrong with it; the step's process reads it again, for only
there are secrets put in. Strings of strftime(3) are for dated keys alone.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from sexton.config.process import read_process
from sexton.config.steps.address import bears_password
from sexton.config.steps.catalogue import STEPS, options_module
from sexton.config.steps.folders import look_at_folders
from sexton.config.steps.key import Key
from sexton.config.suggest import hint
from sexton.config.table import Table, pending
from sexton.config.values import Unfit, duration, found, name
from sexton.model.process import Process
from sexton.model.reference import SecretReference
from sexton.model.step import Step
from sexton.model.units import Duration

CONDUCTOR = (sys.executable, "-P", "-m", "sexton.steps")

STEP_KEYS = ("step", "name", "timeout")
COMMAND_KEYS = ("command", "shell", "env", "cwd", "name", "timeout")
_NOT_BESIDE = {
    "command": "a job has a command or steps; take one of them out, or make the command a step",
    "shell": "it is about a command, and this job has steps; it can stand in a step that has a command",
    "stdin": "steps read what is handed on, and no text",
    "success_codes": "a step succeeds with code 0",
}
_MEANT = 'a list of tables such as [{ step = "fetch", … }, { command = "./load.sh" }]'
_ONE = 'step = "fetch", say, or command = "./load.sh"'
_MOST = 99
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CODES = re.compile(r"%(.?)", re.DOTALL)
_DATES = "aAbBdGHIjmMpSuUVwWyYzZ%"  # of strftime(3), the same on every machine


def read_steps(table: Table, process: Process) -> tuple[tuple[Step, ...], Process]:
    """The steps of a job's table, and the process that conducts them."""
    for key, why in _NOT_BESIDE.items():
        if key in table:
            table.problem(why, key)
    given = table.data["steps"]
    if not isinstance(given, list) or not given or not all(isinstance(each, Mapping) for each in given):
        table.problem(f"{found(given) if given else 'it is empty'}; {_MEANT} is meant", "steps")
        return (), process
    if len(given) > _MOST:
        table.problem(f"{len(given)} steps are more than the {_MOST} that a job may have", "steps")
    steps: list[Step] = []
    for index, each in enumerate(given):
        one = table.at(each, "steps", index)
        step = _read_step(one, process.cwd)
        if step.name and any(step.name == other.name for other in steps):
            one.problem(f'two steps are called {step.name}; give one of them a name = "…" of its own')
        steps.append(step)
    look_at_folders(table, given)
    return tuple(steps), process._replace(argv=CONDUCTOR)


def _read_step(table: Table, cwd: str | None) -> Step:
    _refuse_secrets(table)
    timeout = table.read("timeout", duration("10m"), None)
    if "step" in table and "command" in table:
        table.problem("a step is a built-in one or a command; take one of them out")
    if "command" in table:
        return _read_command(table, timeout)
    if "step" not in table:
        table.problem(f"which step? {_ONE} is meant")
        return Step("", "", "{}")
    return _read_built_in(table, table.read("step", _kind, ""), timeout, cwd)


def _kind(value: object) -> str:
    kind = name(value)
    if kind not in STEPS:
        raise Unfit(f"there is no step `{kind}`; {hint(kind, STEPS)}")
    return kind


def _read_built_in(table: Table, kind: str, timeout: Duration | None, cwd: str | None) -> Step:
    if not kind:
        return Step("", "", "{}")
    module = options_module(kind)
    keys: dict[str, Key] = {key.name: key for key in module.KEYS}
    table.only((*STEP_KEYS, *keys), {})
    for key in keys.values():
        if key.name in table:
            _look_at(table, key)
        elif key.required:
            table.problem(f"`{key.name}` is missing: {key.help}")
    if table.path not in table.report.faulted(len(table.path)):
        _look_at_all(table, module, cwd)
    options = {key: _spelled(table, value, key) for key, value in table.data.items() if key in keys}
    return _made(table, kind, kind, {"step": kind, "options": options, "timeout": timeout})


def _look_at_all(table: Table, module: Any, cwd: str | None) -> None:
    """Report what cannot work of values that are right one by one. One that is not known yet stands for itself."""

    def value(key: Key) -> Any:
        given = table.data.get(key.name)
        if given is None:
            return key.default
        return given if _is_unknown(given) else key.convert(given)

    options = module.OPTIONS(**{key.field: value(key) for key in module.KEYS})
    for key, why in module.verify(options) if hasattr(module, "verify") else ():
        table.problem(why, *([key] if key in table else []))
    for key, why in module.doubts(options) if hasattr(module, "doubts") else ():
        table.warning(why, key)
    for key in module.KEYS:
        if key.schema and key.name in table and not any(map(_is_unknown, (table.data[key.name], cwd))):
            from sexton.config.steps.schemas import look_at

            look_at(table, key.name, cwd)


def _is_unknown(value: Any) -> bool:
    return pending(value) or any(secrets_in(value))


def _look_at(table: Table, key: Key) -> None:
    """Report what is wrong with a value; one with a secret is not known yet."""
    value = table.data[key.name]
    if any(secrets_in(value)):
        return
    if key.secret and not pending(value):
        table.warning(
            f'whoever reads the file reads it too; {key.name} = "secret:NAME" gives it a way of its own', key.name
        )
    if bears_password(value) and not pending(value):
        table.warning(
            'there is a password in it, which whoever reads the file reads too; password = "secret:NAME" gives it a '
            "way of its own",
            key.name,
        )
    if key.dated:
        table.read(key.name, _dated, None)
    table.read(key.name, key.convert, None)


def _dated(value: object) -> None:
    for each in value if isinstance(value, list) else [value]:
        for code in _CODES.findall(each) if isinstance(each, str) else ():
            if code not in _DATES or not code:
                raise Unfit(
                    f"%{code} stands for no part of a date; %Y, %m, %d and the like do, and %% is a percent sign"
                )


def _read_command(table: Table, timeout: Duration | None) -> Step:
    table.only(COMMAND_KEYS, {key: f"`{key}` holds for all steps; write it into the job" for key in _OF_THE_JOB})
    process = read_process(table, for_run=False)
    env: dict[str, Any] = dict(process.env)
    env |= {use.variable: {"$secret": use.secret} for use in process.secrets}
    told = {"command": process.argv, "env": env, "cwd": process.cwd, "timeout": timeout}
    called = os.path.basename(process.argv[0]) if process.argv and "shell" not in table else "command"
    return _made(table, "", called, told)


_OF_THE_JOB = ("env_file", "user", "group", "umask", "nice", "limits", "secrets", "stop", "log", "retry")


def _made(table: Table, kind: str, called: str, told: Mapping[str, Any]) -> Step:
    fits = _NAME.search(called)
    called = table.read("name", _name, fits[0] if fits else "step")
    definition = json.dumps({"name": called, **told}, ensure_ascii=True)
    return Step(called, kind, definition, told["timeout"], tuple(sorted(set(secrets_in(table.data)))))


def _name(value: object) -> str:
    if not _NAME.fullmatch(name(value)):
        raise Unfit("letters, digits and . _ - are meant, at most 64, a letter or digit first")
    return name(value)


def _spelled(table: Table, value: Any, *path: str | int) -> Any:
    """A value as JSON has it, with each secret's place marked."""
    if isinstance(value, SecretReference):
        return {"$secret": value.secret}
    if isinstance(value, Mapping):
        if "$secret" in value:
            table.problem('a key cannot be called "$secret"', *path)
        return {key: _spelled(table, each, *path, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_spelled(table, each, *path, index) for index, each in enumerate(value)]
    return value if isinstance(value, str | int | float | bool) else str(value)


def _refuse_secrets(table: Table) -> None:
    for key in ("step", "name", "timeout", "command", "shell", "cwd"):
        if any(secrets_in(table.data.get(key))):
            table.problem("a secret cannot stand here; a variable in `env` gives it to a command", key)


def secrets_in(value: Any) -> Iterator[str]:
    """The secrets that a value names, however deep."""
    if isinstance(value, SecretReference):
        yield value.secret
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from secrets_in(each)


def mentions(table: Table) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The secrets that the steps of a job's table name, and where."""
    steps = table.data.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        for key, value in step.items() if isinstance(step, Mapping) else ():
            yield from ((secret, ("steps", index, key)) for secret in secrets_in(value))
