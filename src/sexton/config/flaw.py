"""A command that no process can be started from → why, as supervisord's clients are told it.

For files where one program must not keep the others from starting: there it is a warning, and the start fails.
"""

from __future__ import annotations

from sexton.config.table import Table

_EMPTY = "command is empty"
_OPEN = "close what is open (a `;` after a blank begins a comment, in quotes too)"


def read_flaw(table: Table, command: str) -> str:
    """Why, said as a warning too."""
    flaw = _flaw(command)
    advice = "write what to start" if flaw == _EMPTY else _OPEN
    table.warning(f"{flaw}; so this alone cannot start: {advice}", "command")
    return flaw


def _flaw(command: str) -> str:
    import shlex

    try:
        shlex.split(command)
    except ValueError as error:
        return f"can't parse command {command!r}: {error}"
    return _EMPTY
