"""`sexton reload`: let the daemon read its configuration again; all of it holds from then on, or nothing changes."""

from __future__ import annotations

from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.model.errors import EXIT_OK
from sexton.wire.clean import strip

USAGE = Usage(
    "sexton reload [--json]",
    "Read the configuration again, as SIGHUP does. What did not change keeps running.\n"
    "What is wrong with it is said here and in the daemon's log, and then nothing\nchanges (exit 78).",
)


def execute(arguments: Arguments, console: Console) -> int:
    answer = connect(arguments, console).post("/api/v1/reload")
    if arguments.has("--json"):
        console.json(answer)
    else:
        console.line(strip(answer["message"]))
    return EXIT_OK
