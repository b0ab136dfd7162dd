"""`sexton signal NAME… SIGNAL`: send a signal to the process groups of services."""

from __future__ import annotations

from sexton.cli import standing
from sexton.cli.client import quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Usage
from sexton.cli.steer import known
from sexton.model.errors import EXIT_OK
from sexton.model.signals import NUMBERS
from sexton.model.views import ServiceView
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton signal NAME... SIGNAL [--json]",
    "Send a signal to services or groups: HUP, SIGHUP or 1. To end one for good use\n"
    "stop: what a signal ends, `restart` of the configuration may start again.",
    least=2,
    most=None,
)
_MOST = 64


def execute(arguments: Arguments, console: Console) -> int:
    *names, signal = arguments.operands
    _verify(signal)
    client = connect(arguments, console)
    views = []
    for name in known(names, client):
        asked = client.post(f"/api/v1/services/{quote(name)}/signal?signal={quote(signal)}")["services"]
        views += asked
        if not arguments.has("--json"):
            console.lines(_said(clean(service), signal) for service in asked)
    if arguments.has("--json"):
        console.json({"services": views})
    return EXIT_OK


def _verify(signal: str) -> None:
    number = signal.isascii() and signal.isdigit() and len(signal) < 3 and 1 <= int(signal) <= _MOST
    if not number and f"SIG{signal.upper().removeprefix('SIG')}" not in NUMBERS:
        raise UsageError(f"there is no signal '{signal}'; a name such as HUP, or a number, is meant, after the names")


def _said(service: ServiceView, signal: str) -> str:
    if service["pid"] is None:
        return f"{service['name']} is {standing.word(service)}, it has no process"
    return f"{signal} sent to {service['name']}, pid {service['pid']}"
