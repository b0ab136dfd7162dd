"""What `pause`, `resume`, `enable` and `disable` have in common: names of one kind, one request each."""

from __future__ import annotations

from sexton.cli.client import quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.options import Arguments
from sexton.model.errors import EXIT_OK
from sexton.wire.clean import strip


def switch(arguments: Arguments, console: Console, resource: str, verb: str, done: str) -> int:
    """POST `verb` to each name's `resource`; say of each that it is `done`."""
    client = connect(arguments, console)
    answers = [client.post(f"/api/v1/{resource}/{quote(name)}/{verb}") for name in arguments.operands]
    if arguments.has("--json"):
        console.json({resource: answers})
    else:
        for answer in answers:
            console.line(f"{strip(answer['name'])} is {done}")
    return EXIT_OK
