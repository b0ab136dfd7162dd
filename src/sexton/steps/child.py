"""`python -m sexton.steps NAME`: one built-in step as a process of its own.

On standard input it gets a JSON text: the fields of Work (`input` and `output` are the paths of manifests, or null;
`fire_time` in microseconds, with `zone`), `options` as TOML has them, and `settle` where only that is asked for. What
the step hands on is written to `output`, whole or not at all, before it ends with 0.
"""

import json
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sexton.steps import durable, manifest
from sexton.steps.channel import VARIABLE, Channel
from sexton.steps.errors import StepError
from sexton.steps.manifest import Manifest
from sexton.steps.options import read_options
from sexton.steps.order import moment
from sexton.steps.work import Work


def main(name: str) -> int:
    """Do the step that standard input asks for; the exit code."""
    told = json.load(sys.stdin)
    sys.stdin.close()
    channel = Channel(_descriptor())
    try:
        _do(name, told, channel)
    except StepError as error:
        channel.flush()
        channel.reason(str(error))
        print(f"{name}: {error}", file=sys.stderr)
        return error.exit_code
    channel.flush()
    return 0


def _do(name: str, told: Mapping[str, Any], channel: Channel) -> None:
    work = work_of(told, channel)
    options = read_options(name, told["options"], work.fire_time)
    step = import_module(f"sexton.steps.{name}")
    if told.get("settle"):
        step.settle(options, work)
    else:
        durable.write(told["output"], manifest.as_json(step.run(options, work)))


def work_of(told: Mapping[str, Any], channel: Channel) -> Work:
    return Work(
        input=read_manifest(told["input"]) if told["input"] else Manifest(),
        folder=told["folder"],
        home=told["home"],
        fire_time=moment(told["fire_time"], told["zone"]),
        report=channel,
        job=told["job"],
        run=told["run"],
        attempt=told["attempt"],
        fence=told["fence"],
        instance=told["instance"],
    )


def read_manifest(path: str) -> Manifest:
    """Raises StepError."""
    try:
        with open(path, encoding="utf-8") as file:
            return manifest.of_json(file.read(), path)
    except (OSError, UnicodeDecodeError) as error:
        raise StepError(f"cannot read the manifest: {error} ({path})") from error


def _descriptor() -> int:
    """Where to report; without the variable nobody listens."""
    told = os.environ.pop(VARIABLE, "")
    return int(told) if told.isdigit() else os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
