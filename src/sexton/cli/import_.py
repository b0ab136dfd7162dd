"""`sexton import [FILE…]`: a crontab, or TOML files with what they include, as one TOML file that means the same.

Needs no daemon, reads no secret, and replaces no reference: `${VAR}` stays what it is.
"""

from sexton.cli.console import Console
from sexton.cli.formats import refuse_unknown_format
from sexton.cli.options import Arguments, Usage
from sexton.config.load import load
from sexton.config.merge import merge
from sexton.wire.toml import document

USAGE = Usage(
    "sexton import [FILE...] [--json]",
    "Print a crontab, or several files, as one TOML file that means the same.\n"
    "Without a file: ./sexton.toml, then /etc/sexton/sexton.toml.\n"
    'JSON: the same tables, with "files" and "warnings".',
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    refuse_unknown_format(arguments)
    loaded = load(arguments.operands, console.environ, for_run=False, form=arguments.text("--format"))
    tables, remarks = merge(loaded)
    if arguments.has("--json"):
        console.json({"files": list(loaded.plan.files), "warnings": list(loaded.plan.warnings), **tables})
        return 0
    remarks[()] = [f"From {', '.join(loaded.plan.files)}, by sexton import.", *remarks[()]]
    console.lines(document(tables, remarks))
    return 0
