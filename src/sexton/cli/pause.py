"""`sexton pause JOB...`: let a job's fire times pass, over restarts too."""

from __future__ import annotations

from sexton.cli.console import Console
from sexton.cli.options import Arguments, Usage
from sexton.cli.switching import switch

USAGE = Usage(
    "sexton pause JOB... [--json]",
    "Let a job's fire times pass: each is recorded as skipped until it is resumed,\n"
    "also over restarts of Sexton. It can still be run by hand.",
    least=1,
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    return switch(arguments, console, "jobs", "pause", "paused")
