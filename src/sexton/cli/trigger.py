"""`sexton trigger JOB`: ask for a run now; with --wait, stay until it has ended and tell how."""

from __future__ import annotations

from sexton.cli import describe
from sexton.cli.clean import clean
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_FAILED, EXIT_OK
from sexton.model.run import Outcome
from sexton.model.views import RunView

USAGE = Usage(
    "sexton trigger JOB [--wait] [--json]",
    "Run a job now, whatever its schedule says. With --wait: exit code 0 when the\n"
    "run succeeded, else 1. "
    "Ctrl-C ends the waiting, not the run.",
    (Option("--wait", "stay until the run has ended"),),
    least=1,
    most=1,
)
_PATIENCE = 45.0  # seconds for an answer that the daemon gives after 30 at the latest
_TAIL = 10


def execute(arguments: Arguments, console: Console) -> int:
    client = connect(arguments, console)
    answer = client.post(f"/api/v1/jobs/{quote(arguments.operands[0])}/trigger")
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
