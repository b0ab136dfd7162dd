"""Jobs and services for the acceptance tests' plans, written as TOML."""

import json
from datetime import UTC, datetime
from typing import Any

# Heeds no TERM, and waits for ever. It becomes no other program after it has said that it is there: while one does,
# /proc shows no environment of it, by which the tests find what is left.
STUBBORN = 'trap "" TERM; mkfifo wait-$$; echo up; read x <>wait-$$'


# A schedule for tests in which nothing shall fire by itself, on whatever day they run: half a year from this month.
FAR_OFF = f"0 0 1 {(datetime.now(UTC).month + 5) % 12 + 1} *"


def tidy(end: str, signal: str = "TERM") -> str:
    """A script that does `end` when it gets `signal`. Its child, which gets it too, says when they are ready: a shell
    that forks may lose a signal before it has become the other program."""
    return f'trap "{end}" {signal}; sh -c "echo up; exec sleep 1000" & while :; do wait; done'


def job(name: str, script: str = "", **keys: Any) -> str:
    """The table of one job. `script` is for /bin/sh, every `$` in it the shell's own; `keys` are the job's others."""
    return _table("jobs", name, script, keys)


def service(name: str, script: str = "", **keys: Any) -> str:
    """The table of one service, as `job`."""
    return _table("services", name, script, keys)


def at_start(name: str, script: str = "", **keys: Any) -> str:
    """A job that runs once at each start of Sexton."""
    return job(name, script, schedule="@reboot", **keys)


def _table(section: str, name: str, script: str, keys: dict[str, Any]) -> str:
    if script:
        keys = {"command": script.replace("$", "$$"), "shell": True} | keys
    lines = (f"{key} = {toml(value)}" for key, value in keys.items())
    return "\n".join([f"[{section}.{name}]", *lines, ""])


def toml(value: Any) -> str:
    """A value as TOML; a string as a basic string."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)
