"""`sexton start NAME…`: start services, and stay until they run or have failed to."""

from __future__ import annotations

from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.steer import steer

USAGE = Usage(
    "sexton start NAME... [--json]",
    "Start services or groups, and stay until they run; one that depends on others\n"
    "waits for them. Exit code 1 when one of them does not come to run.\n"
    "Ctrl-C ends the waiting, not the start.",
    least=1,
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    return steer(arguments, console, "start", "running")
