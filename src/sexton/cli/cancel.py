"""`sexton cancel RUN`: stop a run. The daemon goes on with the stop after we have left."""

from __future__ import annotations

from sexton.cli import describe
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Usage
from sexton.model.errors import EXIT_OK
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton cancel RUN [--json]",
    "Stop a run by its number: its stop signal, and KILL for what is left of it\nafter its stop timeout.",
    least=1,
    most=1,
)


def execute(arguments: Arguments, console: Console) -> int:
    number = arguments.operands[0]
    if not (number.isascii() and number.isdigit()):
        raise UsageError(f"'{number}' is no run's number; find it with: sexton runs")
    answer = connect(arguments, console).post(f"/api/v1/runs/{number}/cancel")
    if arguments.has("--json"):
        console.json(answer)
    else:
        console.line(describe.sentence(clean(answer["run"])))
    return EXIT_OK
