"""`sexton restart NAME…`: a new process for services, also where none runs."""

from __future__ import annotations

from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.steer import steer

USAGE = Usage(
    "sexton restart NAME... [--json]",
    "Stop services or groups and start them again, also those that do not run now.\n"
    "Exit code 1 when one of them does not come to run.",
    least=1,
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    return steer(arguments, console, "restart", "running")
