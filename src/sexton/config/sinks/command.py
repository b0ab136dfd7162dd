"""The options of a sink that is a command, which reads the notice on its standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sexton.config.sinks.key import Key
from sexton.config.sinks.there import warn_of_command
from sexton.config.values import Unfit, found, text
from sexton.model.reference import SecretReference

if TYPE_CHECKING:
    from sexton.config.table import Table

BARE = "argv"


def _argv(value: object) -> list[str]:
    if not isinstance(value, list):
        raise Unfit(f'{found(value)}; a list such as ["./tell.sh", "--now"] is meant')
    if not value or not value[0]:
        raise Unfit('a list of words such as ["./tell.sh", "--now"] is meant, the first not empty')
    return [text(word) for word in value]


KEYS = (Key("argv", "the command and its arguments", _argv, required=True),)


def verify(table: Table, options: dict[str, Any]) -> None:
    """Arguments are there for everyone to see (proc(5)); and the command is there."""
    if any(isinstance(word, SecretReference) for word in options.get("argv", ())):
        table.problem("no secret can stand here, for everyone can see arguments; let the command read it", "argv")
    elif options.get("argv"):
        warn_of_command(table, options["argv"][0])
