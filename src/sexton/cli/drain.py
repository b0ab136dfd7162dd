"""`sexton drain`: start no new run; with --wait, stay until none is going."""

from __future__ import annotations

from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed, UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_OK
from sexton.model.views import DrainView

USAGE = Usage(
    "sexton drain [--wait] [--off] [--json]",
    "Start no new run, and let those that go end; services stay. What falls due\n"
    "meanwhile is found when the drain is lifted, or at the next start, which is as\n"
    "any other. Ctrl-C ends the waiting, not the drain.\n"
    'JSON: {"draining", "running"}.',
    (
        Option("--wait", "stay until no run is going"),
        Option("--off", "lift the drain: start runs again"),
    ),
)
_PATIENCE = 45.0  # seconds for an answer that the daemon gives after 30 at the latest


def execute(arguments: Arguments, console: Console) -> int:
    off, wait = arguments.has("--off"), arguments.has("--wait")
    if off and wait:
        raise UsageError("--wait is for a drain, --off ends one; give one of them")
    client = connect(arguments, console)
    view: DrainView = client.post(f"/api/v1/drain?off={int(off)}")
    while wait and view["draining"] and view["running"]:
        view = client.post("/api/v1/drain?wait=1", _PATIENCE, again=True)
    if wait and not view["draining"]:
        raise Failed("the drain was lifted meanwhile")
    if arguments.has("--json"):
        console.json(view)
    else:
        console.line(_said(view))
    return EXIT_OK


def _said(view: DrainView) -> str:
    if not view["draining"]:
        return "runs are started again"
    going = view["running"]
    return (
        "drained: no run is going" if not going else f"draining: {going} {'run is' if going == 1 else 'runs are'} going"
    )
