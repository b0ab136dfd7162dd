"""`sexton events`: what the daemon has said of itself of late; `-f` goes on with what it says. `--dead-letters`: the
events that listeners did not accept."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from sexton.cli.client import Client
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import CutOff, UsageError
from sexton.cli.human import clock
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_OK
from sexton.wire.clean import clean

_STYLES = {"warning": "yellow", "error": "red"}

USAGE = Usage(
    "sexton events [-f] [--dead-letters] [--json]",
    "Show what the daemon has said of itself of late: what started, ended, was\n"
    "skipped, changed or went wrong. With --json and -f one object a line.",
    (
        Option("--follow", "go on with what comes", short="-f"),
        Option("--dead-letters", "the events that listeners did not accept, instead"),
    ),
)


def execute(arguments: Arguments, console: Console) -> int:
    client = connect(arguments, console)
    if arguments.has("--dead-letters"):
        return _dead_letters(client, arguments, console)
    if arguments.has("--follow"):
        for event in _stream(client):
            _show(event, arguments, console)
            console.flush()  # whoever reads them through a pipe reads each as it comes
        return EXIT_OK
    listed = client.get("/api/v1/events")
    if arguments.has("--json"):
        console.json(listed)
        return EXIT_OK
    for event in listed["events"]:
        _show(event, arguments, console)
    return EXIT_OK


def _dead_letters(client: Client, arguments: Arguments, console: Console) -> int:
    """For each listener the events that it was not told, and how many of them there are."""
    if arguments.has("--follow"):
        raise UsageError("--dead-letters shows what there is; leave --follow out")
    listed = client.get("/api/v1/listeners")
    if arguments.has("--json"):
        console.json(listed)
        return EXIT_OK
    for listener in map(clean, listed["listeners"]):
        counts = ", ".join(f"{listener[each]} {each}" for each in ("delivered", "failed", "dropped", "coalesced"))
        console.line(f"{console.paint(listener['name'], 'bold')}: {counts}, {listener['buried']} given up")
        for letter in listener["dead_letters"]:
            head = f"{clock(letter['time'], time.time())}  {letter['event']} (event {letter['serial']})"
            console.line(f"  {head}, {letter['deliveries']} deliveries: {letter['reason']}")
            console.line(f"    {letter['payload']}")
    return EXIT_OK


def _show(event: dict[str, Any], arguments: Arguments, console: Console) -> None:
    if arguments.has("--json"):
        console.text(json.dumps(event) + "\n")
        return
    shown = clean(event)
    line = f"{clock(shown['time'], time.time())}  {shown['message']}"
    console.line(console.paint(line, _STYLES.get(shown["level"], "")))


def _stream(client: Client) -> Iterator[dict[str, Any]]:
    """The events that there are, and those that come, over new images of the daemon too."""
    after = 0
    while True:
        asked = time.monotonic()
        try:
            for event in _events(client, after):
                yield event
                after = event["id"]
            return
        except CutOff:
            if not client.has_new_image(asked):
                raise


def _events(client: Client, after: int) -> Iterator[dict[str, Any]]:
    """The `data:` lines of a stream of server-sent events."""
    rest = b""
    known = f"after={after}&" if after else ""
    for piece in client.stream(f"/api/v1/events?{known}follow=1", endless=True):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))
