"""`sexton reexec`: the Sexton that is installed by now takes the place of the one that runs, in the same process."""

from __future__ import annotations

from typing import Any

from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed
from sexton.cli.options import Arguments, Usage
from sexton.model.errors import EXIT_OK
from sexton.wire.clean import strip

USAGE = Usage(
    "sexton reexec [--json]",
    "After an upgrade: go on as the Sexton that is installed now, in the same\n"
    "process. Services and runs go on, and nothing that they do meanwhile is missed.\n"
    "It is tried first: what is wrong with it, or with the configuration, is said,\n"
    "and nothing changes.\n"
    'JSON: {"before", "after"}, each as in GET /api/v1/info.',
)
WITHIN = 60.0  # seconds, for the trial and whatever the store still has to do


def execute(arguments: Arguments, console: Console) -> int:
    client = connect(arguments, console)
    before = client.get("/api/v1/info")
    client.post("/api/v1/reexec", WITHIN)
    after = client.get("/api/v1/info", WITHIN)  # it waits at the door for the new image
    if after["image_started"] == before["image_started"]:
        raise Failed(f"nothing was changed: {strip(str(after['reexec_failed']))}")
    if arguments.has("--json"):
        console.json({"before": before, "after": after})
    else:
        console.line(strip(_said(before, after)))
    return EXIT_OK


def _said(before: dict[str, Any], after: dict[str, Any]) -> str:
    was = "" if after["version"] == before["version"] else f" in place of {before['version']}"
    return f"Sexton {after['version']}{was} runs in process {after['pid']}"
