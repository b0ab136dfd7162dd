"""`sexton disable SERVICE...`: stop a service and keep it stopped, over restarts too."""

from __future__ import annotations

from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.switching import switch

USAGE = Usage(
    "sexton disable SERVICE... [--json]",
    "Stop a service and keep it stopped, also over restarts of Sexton, until it is\nenabled.",
    least=1,
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    return switch(arguments, console, "services", "disable", "disabled")
