"""`sexton import [FILE…]`: a crontab, a supervisord.conf, or TOML files, as one TOML file that means the same.

Needs no daemon, reads no secret, and replaces no reference: `${VAR}` stays what it is.
"""

from typing import Any

from sexton.cli.console import Console
from sexton.cli.formats import refuse_unknown_format
from sexton.cli.options import Arguments, Usage
from sexton.config.load import load
from sexton.config.merge import merge
from sexton.model.errors import EXIT_OK
from sexton.wire.toml import document

USAGE = Usage(
    "sexton import [FILE...] [--json]",
    "Print a crontab, a supervisord.conf, or several files, as one TOML file that\n"
    "means the same.\n"
    "Without a file: ./sexton.toml, then /etc/sexton/sexton.toml.\n"
    'JSON: the same tables, with "files" and "warnings".',
    most=None,
)


def execute(arguments: Arguments, console: Console) -> int:
    refuse_unknown_format(arguments)
    loaded = load(arguments.operands, console.environ, for_run=False, form=arguments.text("--format"))
    tables, remarks = merge(loaded)
    if arguments.has("--json"):
        console.json(plain({"files": loaded.plan.files, "warnings": loaded.plan.warnings, **tables}))
        return EXIT_OK
    remarks[()] = [f"From {', '.join(loaded.plan.files)}, by sexton import.", *remarks[()]]
    console.lines(document(tables, remarks))
    return EXIT_OK


def plain(value: Any) -> Any:
    """A value of TOML as one of JSON, which has no dates."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
