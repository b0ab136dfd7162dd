"""`sexton why JOB --at TIME [FILE…]`: why a job ran, or did not, at a time: by its schedule, and by the ledger.

The daemon is asked; where it cannot be reached, or does not know the job of a named file yet, the files answer for the
schedule alone, and that is said.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from sexton.cli import describe
from sexton.cli.address import find_socket
from sexton.cli.client import Client, quote
from sexton.cli.console import Console
from sexton.cli.failures import Failed, Unreachable, UsageError
from sexton.cli.formats import refuse_unknown_format
from sexton.cli.options import Arguments, Option, Usage, did_you_mean
from sexton.cli.paragraph import paragraph
from sexton.cli.plan_list import said
from sexton.cli.table import Cell, Column, render
from sexton.config.load import load_plan
from sexton.core.answers.why_view import why_view
from sexton.core.schedules.localtime import local_iso, microseconds_of
from sexton.core.schedules.zones import find_zone
from sexton.model.ahead import WhyRuleView, WhyView
from sexton.model.errors import EXIT_OK, Refused
from sexton.model.plan import Plan
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton why JOB --at TIME [FILE...] [--json]",
    "Why a job ran, or did not run, at a time: field by field of its schedule, with\n"
    "clock changes, and what the ledger has of it. TIME is 2026-11-22T08:00, in the\n"
    "job's time zone unless it has an offset. Without a daemon (that of FILE, if one\n"
    "is named), or one that knows the job, the schedule alone answers.",
    (Option("--at", "the time in question", value="TIME"),),
    least=1,
    most=None,
)
_COLUMNS = (Column("  FIELD"), Column("SHOWN"), Column("WANTED", least=12), Column(""))


def execute(arguments: Arguments, console: Console) -> int:
    refuse_unknown_format(arguments)
    name, *files = arguments.operands
    at = arguments.text("--at")
    if at is None:
        raise UsageError("which time? say it with --at TIME")
    plan = _load(arguments, files, console) if files else None
    trouble = None
    try:
        view: WhyView = _client(arguments, plan, console).get(f"/api/v1/jobs/{quote(name)}/why?at={quote(at)}")
    except (Unreachable, Refused) as error:
        trouble = _trouble(error, name, plan)
        view = _by_the_files(plan or _load(arguments, files, console), name, at)
    if arguments.has("--json"):
        console.json(view)
    else:
        console.lines(_lines(clean(view), console))
        if trouble is not None:
            console.line()
            console.lines(paragraph(trouble, console, style="yellow"))
    return EXIT_OK


def _trouble(error: Unreachable | Refused, name: str, plan: Plan | None) -> str:
    """What to say when the files answer instead of the daemon. Raises `error` where that would not do."""
    why = str(error)
    if isinstance(error, Refused):
        if error.kind != "not_found" or plan is None:
            raise error
        why = f"the daemon does not know {clean(name)} yet; sexton reload brings it in"
    return f"what became of it is not known: {why}"


def _load(arguments: Arguments, files: list[str], console: Console) -> Plan:
    return load_plan(files, console.environ, for_run=False, form=arguments.text("--format"))


def _client(arguments: Arguments, plan: Plan | None, console: Console) -> Client:
    given = arguments.text("--socket") or console.environ.get("SEXTON_SOCKET")
    if plan is not None and not given:
        return Client(plan.settings.socket)
    return Client(find_socket(given, console.environ))


def _by_the_files(plan: Plan, name: str, at: str) -> WhyView:
    job = plan.jobs.get(name)
    if job is None:
        raise Failed(f"there is no job '{name}'{did_you_mean(name, plan.jobs)}")
    return why_view(job, at, plan.settings.timezone, time.time_ns() // 1000)


def _lines(view: WhyView, console: Console) -> Iterator[str]:
    asked = said(f"{view['asked']}+00:00").removesuffix(" +00:00")
    yield console.paint(f"{view['job']}, {asked} in {view['timezone']}: {_verdict(view)}", "bold")
    for rule in view["rules"]:
        yield ""
        yield from _rule(rule, console)
    if view["notes"]:
        yield ""
        for note in view["notes"]:
            yield from paragraph(note, console, first="note: ")
    if view["rules"]:
        yield ""
        yield from _neighbours(view)
    yield from _standing(view, console)


def _verdict(view: WhyView) -> str:
    if view["local"] is None:
        return "no fire time"
    shown = datetime.fromisoformat(view["local"]).replace(tzinfo=None).isoformat()
    if not view["fires"]:
        return "no fire time"
    return "a fire time" if shown == view["asked"] else f"it fires at {said(view['local'])} instead"


def _rule(rule: WhyRuleView, console: Console) -> Iterator[str]:
    fits = "fits" if rule["fits"] else "does not fit"
    yield f"{rule['schedule']}: {console.paint(fits, 'green' if rule['fits'] else 'yellow')}"
    yield from paragraph(rule["words"], console, first="  ")
    if not rule["fields"]:
        return
    rows = [
        [
            Cell(f"  {field['field']}"),
            Cell(field["value"]),
            Cell(field["wanted"].replace("…", console.ellipsis)),
            Cell("" if field["fits"] else "does not fit", "yellow"),
        ]
        for field in rule["fields"]
    ]
    yield from render(_COLUMNS, rows, console)
    if rule["joined"]:
        yield f"  {rule['joined']}"


def _neighbours(view: WhyView) -> Iterator[str]:
    zone = find_zone(view["timezone"])
    for word, instant in (("before it", view["previous"]), ("after it", view["next"])):
        shown = "none" if instant is None else said(local_iso(microseconds_of(instant), zone))
        yield f"{word + ':':<11}{shown}"


def _standing(view: WhyView, console: Console) -> Iterator[str]:
    standing = view["standing"]
    if standing is None:
        return
    yield ""
    yield from paragraph(standing["message"], console)
    if standing["run"] is not None:
        yield from paragraph(describe.sentence(standing["run"]), console, style=describe.style(standing["run"]))
