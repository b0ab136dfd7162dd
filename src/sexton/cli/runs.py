"""`sexton runs [JOB]`: what ran, newest first; also what was skipped or missed, and why."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from sexton.cli import describe, human, steps_table
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Option, Usage, did_you_mean
from sexton.cli.table import Cell, Column, render
from sexton.model.errors import EXIT_OK
from sexton.model.run import Outcome
from sexton.model.views import RunView
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton runs [JOB|RUN] [-n N] [--outcome OUTCOME[,...]] [--json]",
    "What ran, newest first, with the CPU time and the peak memory that it took.\n"
    "With the number of a run its attempts, oldest first, and its steps.\nOutcomes: " + ", ".join(Outcome),
    (
        Option("--lines", "show the newest N (default 20)", short="-n", value="N"),
        Option("--outcome", "only runs that ended so; several with commas", value="OUTCOME"),
    ),
    most=1,
)
PAGE = 1000  # what the API gives at once
_COLUMNS = (
    Column("JOB", least=8),
    Column("OUTCOME"),
    Column("STARTED"),
    Column("TOOK", right=True),
    Column("CPU", right=True),
    Column("MEM", right=True),
    Column("REASON", least=12),
)


def execute(arguments: Arguments, console: Console) -> int:
    if arguments.operands and arguments.operands[0].isascii() and arguments.operands[0].isdigit():
        return _show_attempts(int(arguments.operands[0]), connect(arguments, console), arguments, console)
    limit = arguments.number("--lines", default=20, most=100_000)
    query = _query(arguments)
    runs = _fetch(connect(arguments, console), query, limit)
    if arguments.has("--json"):
        console.json({"runs": runs})
    else:
        console.lines(table(clean(runs), console, time.time()))
    return EXIT_OK


def _show_attempts(run_id: int, client: Client, arguments: Arguments, console: Console) -> int:
    run = client.get(f"/api/v1/runs/{run_id}")
    attempts = client.get(f"/api/v1/runs/{run_id}/attempts")["attempts"]
    if arguments.has("--json"):
        console.json({"run": run, "attempts": attempts})
        return EXIT_OK
    console.line(describe.sentence(clean(run)))
    if attempts:
        console.lines(
            table(
                [run | {"id": one["attempt"], "steps": []} | one for one in clean(attempts)], console, time.time(), "NO"
            )
        )
    if run["steps"]:
        console.line()
        console.lines(steps_table.table(run["steps"], console))
    return EXIT_OK


def _query(arguments: Arguments) -> str:
    query = "".join(f"&job={quote(name)}" for name in arguments.operands)
    outcomes = arguments.text("--outcome")
    if outcomes is None:
        return query
    for outcome in outcomes.split(","):
        if outcome not in list(Outcome):
            hint = did_you_mean(outcome, list(Outcome)) or f"; there are {', '.join(Outcome)}"
            raise UsageError(f"there is no outcome '{outcome}'{hint}")
    return f"{query}&outcome={outcomes}"


def _fetch(client: Client, query: str, limit: int) -> list[Any]:
    runs: list[Any] = []
    before = ""
    while len(runs) < limit:
        wanted = min(PAGE, limit - len(runs))
        page = client.get(f"/api/v1/runs?limit={wanted}{before}{query}")["runs"]
        runs += page
        if len(page) < wanted:
            break
        before = f"&before={page[-1]['id']}"
    return runs


def table(runs: Sequence[RunView], console: Console, now: float, head: str = "ID") -> Iterator[str]:
    """One line for each run, or attempt; a missed range is one line too. `head` says what the numbers are."""
    if not runs:
        yield "No runs."
        return
    yield from render((Column(head, right=True), *_COLUMNS), [_row(run, now) for run in runs], console)


def _row(run: RunView, now: float) -> list[Cell]:
    return [
        Cell(str(run["id"])),
        Cell(run["job"]),
        Cell(describe.counted(run), describe.style(run)),
        Cell(human.past(describe.begin(run), now)),
        Cell(describe.took(run)),
        Cell(human.cpu(run["cpu_seconds"])),
        Cell(human.size(run["max_rss_bytes"])),
        Cell(describe.reason(run, now)),
    ]
