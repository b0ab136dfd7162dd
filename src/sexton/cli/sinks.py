"""`sexton sinks`: how each sink does; `sexton sinks test NAME` sends one a notice and says what it answered."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sexton.cli import human
from sexton.cli.client import quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Usage
from sexton.cli.table import Cell, Column, render
from sexton.model.errors import EXIT_FAILED, EXIT_OK
from sexton.model.views import SinkView, TestView
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton sinks [test NAME] [--json]",
    "Show where notices go and how that does. `test NAME` sends a test notice through\n"
    "the same process as any other, and says whether it was accepted: 0, or 1.\n"
    'JSON: {"sinks": [...]}; of a test\n'
    '{"sink", "delivered", "error", "seconds", "note"}.',
    most=2,
)
_LONGEST = 3700.0  # seconds; the sink's deadline ends it before
_STYLES = {"failing": "red", "ok": "green", "delivering": "cyan"}
_COLUMNS = (
    Column("SINK", least=8),
    Column("KIND"),
    Column("STATE"),
    Column("PENDING", right=True),
    Column("DELIVERED", right=True),
    Column("GIVEN UP", right=True),
    Column("LAST"),
    Column("ERROR", least=16),
)


def execute(arguments: Arguments, console: Console) -> int:
    words = arguments.operands
    if words and (words[0] != "test" or len(words) != 2):
        raise UsageError("`sexton sinks` takes nothing, or `test` and a sink's name")
    return _test(arguments, console, words[1]) if words else _list(arguments, console)


def _list(arguments: Arguments, console: Console) -> int:
    listed = connect(arguments, console).get("/api/v1/sinks")
    if arguments.has("--json"):
        console.json(listed)
    elif not listed["sinks"]:
        console.line("there are no sinks; [sinks.NAME] makes one")
    else:
        now = time.time()
        for line in render(_COLUMNS, [list(_row(clean(sink), now)) for sink in listed["sinks"]], console):
            console.line(line)
    return EXIT_OK


def _row(sink: SinkView, now: float) -> Iterator[Cell]:
    yield Cell(sink["name"])
    yield Cell(sink["kind"])
    yield Cell(sink["state"], _STYLES.get(sink["state"], ""))
    yield from (Cell(str(sink["pending"])), Cell(str(sink["delivered"])), Cell(str(sink["given_up"])))
    yield Cell(human.past(sink["last_delivered"], now))
    since = f" (since {human.clock(sink['failing_since'], now)})" if sink["failing_since"] else ""
    yield Cell(sink["error"] + since if sink["error"] else "")


def _test(arguments: Arguments, console: Console, name: str) -> int:
    view: TestView = connect(arguments, console).post(f"/api/v1/sinks/{quote(name)}/test", _LONGEST)
    if arguments.has("--json"):
        console.json(view)
    elif view["delivered"]:
        but = f", but not for {view['error']}" if view["error"] else ""
        note = f"; {view['note']}" if view["note"] else ""
        console.line(clean(f"{name} has accepted it, in {view['seconds']:.2f} s{but}{note}"))
    else:
        console.problem(clean(f"sexton: {name} did not accept it: {view['error']}"))
    return EXIT_OK if view["delivered"] else EXIT_FAILED
