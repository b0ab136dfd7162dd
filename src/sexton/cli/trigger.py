"""`sexton trigger JOB`: ask for a run now; with --wait, stay until it has ended and tell how.

What a run may be given is the daemon's to judge; here words of the command line become parameters.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sexton.cli import describe
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_FAILED, EXIT_OK
from sexton.model.run import Outcome
from sexton.model.views import RunView
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton trigger JOB [--wait] [--at TIME] [--env NAME=VALUE]... [--json]",
    "Run a job now, whatever its schedule says. With --wait: exit code 0 when the\n"
    "run succeeded, else 1. "
    "Ctrl-C ends the waiting, not the run.",
    (
        Option("--wait", "stay until the run has ended"),
        Option("--at", "the run stands for this fire time, and still starts now", value="TIME"),
        Option("--env", "add this to its environment; may be given again", value="NAME=VALUE"),
        Option("--key", "asked again with the same key, it is the same run", value="KEY"),
    ),
    least=1,
    most=1,
)
_PATIENCE = 45.0  # seconds for an answer that the daemon gives after 30 at the latest
_TAIL = 10


def execute(arguments: Arguments, console: Console) -> int:
    client = connect(arguments, console)
    key = arguments.text("--key")
    headers = [] if key is None else [("Idempotency-Key", _key(key))]
    answer = client.post(_target(arguments), headers=headers)
    as_json, wait = arguments.has("--json"), arguments.has("--wait")
    if not as_json and not (wait and answer["run"]["outcome"]):  # it has ended already: said once, below
        console.text(describe.sentence(clean(answer["run"])) + "\n")
    if wait:
        answer = {"run": _wait(client, answer["run"])}
    if as_json:
        console.json(answer)
    elif wait:
        _show_end(clean(answer["run"]), console)
    return EXIT_FAILED if wait and answer["run"]["outcome"] != Outcome.SUCCEEDED else EXIT_OK


def _target(arguments: Arguments) -> str:
    given = {"fire_time": arguments.text("--at") or "", "env": environment(arguments.texts("--env"))}
    query = "&".join(f"{name}={quote(value)}" for name, value in given.items() if value)
    return f"/api/v1/jobs/{quote(arguments.operands[0])}/trigger" + (f"?{query}" if query else "")


def environment(assignments: Sequence[str]) -> str:
    """`NAME=VALUE` words as the JSON object that the API takes; nothing for none."""
    found: dict[str, str] = {}
    for word in assignments:
        name, equals, value = word.partition("=")
        if not equals:
            raise UsageError(f"--env takes NAME=VALUE, not '{word}'")
        found[name] = value
    return json.dumps(found) if found else ""


def _key(text: str) -> str:
    """A header's value can hold no others."""
    if not text.isascii() or not text.isprintable():
        raise UsageError(f"--key takes letters, digits and signs of ASCII, not '{text}'")
    return text


def _wait(client: Client, run: RunView) -> RunView:
    while run["outcome"] is None:
        run = client.get(f"/api/v1/runs/{run['id']}?wait=1", within=_PATIENCE)
    return run


def _show_end(run: RunView, console: Console) -> None:
    console.line(console.paint(describe.sentence(run), describe.style(run)))
    if run["outcome"] == Outcome.SUCCEEDED or not run["tail"]:
        return
    console.lines(f"  {line}" for line in run["tail"][-_TAIL:])
    console.line(f"all of it: sexton logs {run['id']}")
