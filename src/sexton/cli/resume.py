"""`sexton resume JOB...`: let a paused job run on time again."""

from __future__ import annotations

from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.switching import switch

USAGE = Usage(
    "sexton resume JOB... [--json]",
    "Let a paused job run on time again. What was due meanwhile stays skipped.",
    least=1,
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    return switch(arguments, console, "jobs", "resume", "resumed")
