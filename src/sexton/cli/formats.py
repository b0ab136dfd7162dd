"""Which configuration formats --format may name."""

from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments
from sexton.config.doors import Door

FORMATS = tuple(door.value for door in Door)


def refuse_unknown_format(arguments: Arguments) -> None:
    """UsageError for a format that no reader is there for."""
    name = arguments.text("--format")
    if name is not None and name not in FORMATS:
        raise UsageError(f"there is no format '{name}'; known: {', '.join(FORMATS)}")
