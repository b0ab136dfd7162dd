"""`sexton enable SERVICE...`: start a disabled service and keep it up again."""

from __future__ import annotations

from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.switching import switch

USAGE = Usage(
    "sexton enable SERVICE... [--json]",
    "Start a disabled service, and keep it up again.",
    least=1,
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    return switch(arguments, console, "services", "enable", "enabled")
