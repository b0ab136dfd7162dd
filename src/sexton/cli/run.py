"""`sexton run [FILE…]`: be the daemon, in the foreground. All that it does is app.py's."""

import gc
import os

from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.formats import refuse_unknown_format
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.image import VARIABLE

USAGE = Usage(
    "sexton run [FILE...] [--once]",
    "Run the jobs of a configuration in the foreground; fit to be process 1.\n"
    "Without a file: ./sexton.toml, then /etc/sexton/sexton.toml.",
    (Option("--once", "run what runs at start and what follows it, then exit 0 or 1"),),
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    refuse_unknown_format(arguments)
    for option in ("--socket", "--json"):
        if arguments.has(option):
            raise UsageError(f"{option} is not for `run`; the configuration says it: `socket`, `log_format`")
    if VARIABLE in os.environ:
        from sexton.takeover import run_next

        gc.disable()
        return run_next(arguments.operands, form=arguments.text("--format"))
    gc.disable()  # the daemon's modules and plan stay for good: app.py freezes them and turns collection on again
    from sexton.start import run_daemon

    return run_daemon(
        arguments.operands, once=arguments.has("--once"), environ=os.environ, form=arguments.text("--format")
    )
