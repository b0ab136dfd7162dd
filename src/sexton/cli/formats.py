"""Which configuration formats --format may name."""

from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments


def refuse_unknown_format(arguments: Arguments) -> None:
    """UsageError for a format that no reader is there for."""
    name = arguments.text("--format")
    if name is None:
        return
    from sexton.config.doors import Door

    known = tuple(door.value for door in Door)
    if name not in known:
        raise UsageError(f"there is no format '{name}'; known: {', '.join(known)}")
