"""`sexton logs NAME|RUN`: what a run wrote, made safe for a terminal; with -f for as long as the run goes on."""

from __future__ import annotations

from sexton.cli.clean import Stripper
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed, UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_OK

USAGE = Usage(
    "sexton logs NAME|RUN [-f] [-n N|all] [--raw]",
    "What a run wrote; of a job, what its newest run that has a log wrote.\n"
    "A number is a run. Escape sequences and control characters are left out.",
    (
        Option("--follow", "go on until the run has ended", short="-f"),
        Option("--lines", "only the last N lines (default 300), or all", short="-n", value="N"),
        Option("--raw", "the bytes as they were written"),
    ),
    least=1,
    most=1,
)
MOST_LINES = 100_000  # that the API counts back; beyond it there is `all`
_SEARCHED = 100  # how many of a job's newest runs are looked through for a log


def execute(arguments: Arguments, console: Console) -> int:
    if arguments.has("--json"):
        raise UsageError("a log is text; of a run, `sexton runs --json` shows its last lines")
    query = _query(arguments)
    client = connect(arguments, console)
    run = _find_run(arguments.operands[0], client)
    stripper = None if arguments.has("--raw") else Stripper()
    for piece in client.stream(f"/api/v1/runs/{run}/log{query}", endless=arguments.has("--follow")):
        if stripper is None:
            console.raw(piece)
        else:
            console.text(stripper.feed(piece))
    if stripper is not None:
        console.text(stripper.feed(b"", final=True))
    return EXIT_OK


def _query(arguments: Arguments) -> str:
    parts = []
    if arguments.text("--lines") != "all":
        parts.append(f"tail={arguments.number('--lines', default=300, most=MOST_LINES)}")
    if arguments.has("--follow"):
        parts.append("follow=1")
    return "?" + "&".join(parts) if parts else ""


def _find_run(name: str, client: Client) -> int:
    if name.isascii() and name.isdigit():
        return int(name)
    for run in client.get(f"/api/v1/runs?job={quote(name)}&limit={_SEARCHED}")["runs"]:
        if run["log"] is not None:
            return int(run["id"])
    raise Failed(f"cannot show a log of job '{name}': its newest runs have none; see: sexton runs {name}")
