"""`sexton logs NAME|RUN`: what a service or a run wrote, made safe for a terminal; with -f as it goes on."""

from __future__ import annotations

from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed, UsageError
from sexton.cli.follow import follow
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_OK, Refused
from sexton.wire.clean import Stripper

USAGE = Usage(
    "sexton logs NAME|RUN [-f] [-n N|all] [--attempt N] [--raw]",
    "What a service wrote, or a run; of a job, what its newest run that has a log\n"
    "wrote. A number is a run, and a name first of all a service.\n"
    "Escape sequences and control characters are left out.",
    (
        Option("--follow", "go on until the run has ended; of a service, until Ctrl-C", short="-f"),
        Option("--lines", "only the last N lines (default 300), or all", short="-n", value="N"),
        Option("--attempt", "of a run, the log of attempt N (default: the last)", value="N"),
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
    source = _find(arguments.operands[0], client)
    stripper = None if arguments.has("--raw") else Stripper()
    target = f"/api/v1/{source}/log{query}"
    for piece in follow(client, target) if arguments.has("--follow") else client.stream(target):
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
    if arguments.has("--attempt"):
        parts.append(f"attempt={arguments.number('--attempt', default=1, most=MOST_LINES)}")
    if arguments.has("--follow"):
        parts.append("follow=1")
    return "?" + "&".join(parts) if parts else ""


def _find(name: str, client: Client) -> str:
    """The path of what has the log: `services/web` or `runs/41`."""
    if name.isascii() and name.isdigit():
        return f"runs/{int(name)}"
    services = client.get("/api/v1/services")["services"]
    if any(service["name"] == name for service in services):
        return f"services/{quote(name)}"
    members = [service["name"] for service in services if service["group"] == name]
    if members:
        raise Failed(f"'{name}' is a group; look at one of its services: {', '.join(members)}")
    return f"runs/{_find_run(name, client)}"


def _find_run(name: str, client: Client) -> int:
    try:
        runs = client.get(f"/api/v1/runs?job={quote(name)}&limit={_SEARCHED}")["runs"]
    except Refused as error:
        if error.kind != "not_found":
            raise
        raise Failed(f"there is no service and no job '{name}'; see: sexton status") from None
    for run in runs:
        if run["log"] is not None:
            return int(run["id"])
    raise Failed(f"cannot show a log of job '{name}': its newest runs have none; see: sexton runs {name}")
