"""`sexton stop NAME…`: stop services, and stay until nothing of them is left."""

from __future__ import annotations

from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.steer import steer

USAGE = Usage(
    "sexton stop NAME... [--json]",
    "Stop services or groups, and stay until nothing of them is left. They stay\n"
    "stopped until somebody starts them, or Sexton.",
    least=1,
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    return steer(arguments, console, "stop", "stopped")
