"""`sexton health`: one word and an exit code for HEALTHCHECK, over the socket or a URL."""

from __future__ import annotations

from typing import Any

from sexton.cli.client import Client
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import NotPermitted, Unreachable
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_FAILED, EXIT_OK, Refused
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton health [--url URL] [--json]",
    "Whether everything is well: 0, or 1 when something fails or no daemon answers.\n"
    "What does not pass is listed. JSON: as GET /health gives it.",
    (Option("--url", "ask over TCP instead of the socket: http://127.0.0.1:8470", value="URL"),),
)
WITHIN = 5.0  # seconds; container runtimes give up after 30
_STYLES = {"pass": "green", "warn": "yellow", "fail": "red"}


def execute(arguments: Arguments, console: Console) -> int:
    url = arguments.text("--url")
    client = connect(arguments, console) if url is None else Client(url, WITHIN)
    try:
        view = _report(client)
    except (Unreachable, NotPermitted) as error:  # to a container runtime, 0 is well and 1 is not; it knows no 69
        console.problem(f"sexton: {error}")
        return EXIT_FAILED
    if arguments.has("--json"):
        console.json(view)
    else:
        _show(clean(view), console)
    return EXIT_FAILED if view["status"] == "fail" else EXIT_OK


def _report(client: Client) -> dict[str, Any]:
    """The whole report; from where that needs a token, up or down at least."""
    try:
        view: dict[str, Any] = client.report("/health", WITHIN)
    except Refused as refused:
        if refused.kind not in ("unauthorized", "forbidden"):
            raise
        return {"status": "pass" if client.status("/healthz", WITHIN) == 200 else "fail", "checks": {}}
    return view


def _show(view: dict[str, Any], console: Console) -> None:
    console.line(console.paint(view["status"], _STYLES.get(view["status"], "")))
    for name, checks in view["checks"].items():
        for check in checks:
            if check["status"] != "pass":
                word = console.paint(check["status"], _STYLES.get(check["status"], ""))
                console.line(f"{word}  {name}: {check.get('output', '')}")
