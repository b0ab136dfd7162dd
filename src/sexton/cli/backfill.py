"""`sexton backfill JOB`: have a job run for past fire times, some at once, and tell how each went.

The daemon queues each run durably under its fire time, and knows nothing of the whole. Here that is walked through, so
that ending this command ends nothing but the walk, and the same command again goes on where it was left: what has its
run is passed over.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sexton.cli import describe
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import Failed, UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.model.errors import EXIT_FAILED, EXIT_OK, Refused, SextonError
from sexton.model.run import Outcome
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton backfill JOB --from TIME [--to TIME] [OPTION...]",
    "Run a job for its past fire times from --from until before --to. Each run is\n"
    "queued behind what comes in time. Fire times that have a run already are passed\n"
    "over, so the same command again goes on where it was left. Exit code 1 when one\n"
    "of the runs did not succeed. Ctrl-C ends the walk, not the runs.\n"
    'JSON: a line for each: {"fire_time", "run"}, or {"fire_time", "passed"}.',
    (
        Option("--from", "the first fire time, in the plan's zone or with an offset", value="TIME"),
        Option("--to", "fire times before this; now unless told", value="TIME"),
        Option("--dry-run", "say only what would be run"),
        Option("--max-parallel", "how many runs at once, 1 unless told", value="N"),
        Option("--backwards", "the newest first"),
        Option("--reprocess", "run again also what has a run: none, failed or all", value="WHICH"),
        Option("--env", "add this to the environment of each; may be given again", value="NAME=VALUE"),
    ),
    least=1,
    most=1,
)
MOST = 10_000  # fire times of one walk
PAGE = 1000
_MOST_AT_ONCE = 64
_PATIENCE = 45.0  # seconds for an answer that the daemon gives after 30 at the latest


class Told(NamedTuple):
    """What became of a fire time: its run, what stood against one, or what broke the walk."""

    fire_time: str
    run: dict[str, Any] | None = None
    passed: str = ""
    error: SextonError | None = None


def execute(arguments: Arguments, console: Console) -> int:
    if arguments.text("--from") is None:
        raise UsageError("--from is missing; say from when on, such as --from 2026-11-01")
    client = connect(arguments, console)
    target, dry = _target(arguments), arguments.has("--dry-run")
    times = _fire_times(client, arguments)
    if not times:
        _refuse_without_schedule(client, arguments.operands[0])
        if not arguments.has("--json"):
            console.line("no fire time there")
    succeeded = True
    at_once = arguments.number("--max-parallel", 1, _MOST_AT_ONCE)
    for number, told in enumerate(_walk(client, target, times, at_once, dry=dry), 1):
        if told.error is not None:
            raise told.error
        _show(told, f"{number}/{len(times)}", arguments, console, dry=dry)
        succeeded = succeeded and (dry or told.run is None or told.run["outcome"] == Outcome.SUCCEEDED)
    return EXIT_OK if succeeded else EXIT_FAILED


def _refuse_without_schedule(client: Client, job: str) -> None:
    if not client.get(f"/api/v1/jobs/{quote(job)}")["schedule"]:
        raise Failed(f"{job} has no schedule, and so no fire times; to run it: sexton trigger {job}")


def _target(arguments: Arguments) -> str:
    from sexton.cli.trigger import environment

    which = arguments.text("--reprocess") or "none"
    given = {
        "reprocess": which,
        "dry_run": "1" if arguments.has("--dry-run") else "",
        "env": environment(arguments.texts("--env")),
    }
    query = "&".join(f"{name}={quote(value)}" for name, value in given.items() if value)
    return f"/api/v1/jobs/{quote(arguments.operands[0])}/backfill?{query}"


def _fire_times(client: Client, arguments: Arguments) -> list[str]:
    """The job's fire times, in the order of the walk."""
    job, start = arguments.operands[0], arguments.text("--from") or ""
    end = arguments.text("--to") or client.get("/api/v1/info")["now"]
    found: list[str] = []
    while True:
        query = f"job={quote(job)}&start={quote(start)}&end={quote(end)}&limit={PAGE}"
        page = client.get(f"/api/v1/plan?{query}")
        times = [each["fire_time"] for each in page["fire_times"] if each["fire_time"] not in found[-1:]]
        if len(found) + page["count"] > MOST:
            raise UsageError(f"there are more than {MOST} fire times; take a part of them, by --from and --to")
        found += times
        if len(page["fire_times"]) < PAGE or not times:
            return found[::-1] if arguments.has("--backwards") else found
        start = found[-1]


def _walk(client: Client, target: str, times: Sequence[str], at_once: int, *, dry: bool) -> Iterator[Told]:
    """What became of each fire time, as it is known; `at_once` of them are under way."""
    todo, told = iter(times), queue.SimpleQueue[Told]()
    taking = threading.Lock()

    def work() -> None:
        while True:
            with taking:
                fire_time = next(todo, None)
            if fire_time is None:
                return
            found = _one(client, f"{target}&fire_time={quote(fire_time)}", fire_time, dry=dry)
            told.put(found)
            if found.error is not None:
                return

    for _ in range(min(at_once, len(times))):
        threading.Thread(target=work, daemon=True).start()
    for _ in times:
        yield told.get()


def _one(client: Client, target: str, fire_time: str, *, dry: bool) -> Told:
    """Have it run, and wait for its end."""
    try:
        answer = client.post(target)
        if dry:
            return Told(fire_time, answer)
        run = answer["run"]
        while run["outcome"] is None:
            run = client.get(f"/api/v1/runs/{run['id']}?wait=1", within=_PATIENCE)
        return Told(fire_time, run)
    except Refused as reason:
        return Told(fire_time, passed=str(reason)) if reason.kind == "conflict" else Told(fire_time, error=reason)
    except SextonError as error:
        return Told(fire_time, error=error)


def _show(told: Told, progress: str, arguments: Arguments, console: Console, *, dry: bool) -> None:
    if arguments.has("--json"):
        known = (
            {"passed": told.passed} if told.run is None else {"slot": told.run["slot"]} if dry else {"run": told.run}
        )
        console.line(json.dumps({"fire_time": told.fire_time} | known))
    elif told.run is None:
        console.line(f"{progress}  {clean(told.passed)}")
    elif dry:
        console.line(f"{progress}  would run {told.run['slot']}")
    else:
        run = clean(told.run)
        console.line(f"{progress}  {told.fire_time}  {console.paint(describe.sentence(run), describe.style(run))}")
