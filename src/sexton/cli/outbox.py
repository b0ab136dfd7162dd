"""`sexton outbox`: the notices that are still to be told; `retry` and `drop` for one of them or all."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sexton.cli import human
from sexton.cli.client import Client, quote
from sexton.cli.connect import connect
from sexton.cli.console import Console
from sexton.cli.failures import UsageError
from sexton.cli.options import Arguments, Option, Usage
from sexton.cli.table import Cell, Column, render
from sexton.model.errors import EXIT_OK
from sexton.model.views import NoticeView
from sexton.wire.clean import clean

USAGE = Usage(
    "sexton outbox [--all] [retry|drop ID|all] [--json]",
    "Show the notices that no sink has accepted yet. `retry` has one tried now, or\n"
    "all that were tried in vain or given up (but for a sink that is gone); `drop`\n"
    "drops one, or all that wait.\n"
    'JSON: {"notices": [...]}; of retry and drop {"notices": how many}.',
    (Option("--all", "those that were delivered, dropped or given up of late, too"),),
    most=2,
)
_VERBS = {"retry": "will be tried now", "drop": "dropped"}
_STATES = ("pending", "given_up", "dropped", "delivered")
_MOST = 1000  # of one state
_STYLES = {"delivered": "green", "given_up": "red"}
_COLUMNS = (
    Column("ID", right=True),
    Column("SINK", least=8),
    Column("STATE"),
    Column("NOTICE", least=16),
    Column("CREATED"),
    Column("TRIED", right=True),
    Column("NEXT"),
    Column("ERROR", least=12),
)


def execute(arguments: Arguments, console: Console) -> int:
    words = arguments.operands
    if words and (words[0] not in _VERBS or len(words) != 2):
        raise UsageError("`sexton outbox` takes nothing, or `retry` or `drop` and a notice's number or `all`")
    return _change(arguments, console, *words) if words else _list(arguments, console)


def _list(arguments: Arguments, console: Console) -> int:
    client = connect(arguments, console)
    states = _STATES if arguments.has("--all") else ("pending",)
    listed = [notice for state in states for notice in _of_state(client, state)]
    listed.sort(key=lambda notice: notice["id"], reverse=True)
    if arguments.has("--json"):
        console.json({"notices": listed})
        return EXIT_OK
    if listed:
        now = time.time()
        for line in render(_COLUMNS, [list(_row(clean(notice), now)) for notice in listed], console):
            console.line(line)
    else:
        console.line("nothing is waiting to be told")
    if not arguments.has("--all"):
        _tell_of_the_lost(client, console)
    return EXIT_OK


def _of_state(client: Client, state: str) -> list[NoticeView]:
    """Asked for one by one, so that many of one state hide none of another."""
    found: list[NoticeView] = client.get(f"/api/v1/outbox?limit={_MOST}&state={state}")["notices"]
    return found


def _tell_of_the_lost(client: Client, console: Console) -> None:
    """Nobody shall take it that all is well because nothing waits."""
    count = len(_of_state(client, "given_up"))
    if count:
        noun, verb = ("notice", "was") if count == 1 else ("notices", "were")
        number = f"{count} or more" if count == _MOST else count
        console.line(f"{number} {noun} {verb} given up of late; --all shows them, `retry all` tries them once more")


def _row(notice: NoticeView, now: float) -> Iterator[Cell]:
    yield Cell(str(notice["id"]))
    yield Cell(notice["sink"])
    yield Cell(notice["state"].replace("_", " "), _STYLES.get(notice["state"], ""))
    yield Cell(notice["title"])
    yield Cell(human.past(notice["created"], now))
    yield Cell(str(notice["attempts"]))
    yield Cell(human.future(notice["not_before"], now) if notice["state"] == "pending" else "")
    yield Cell(notice["error"])


def _change(arguments: Arguments, console: Console, verb: str, which: str) -> int:
    if which != "all" and not (which.isascii() and which.isdigit()):
        raise UsageError(f"'{which}' is no notice's number; find it with: sexton outbox")
    answer = connect(arguments, console).post(f"/api/v1/outbox/{quote(which)}/{verb}")
    if arguments.has("--json"):
        console.json(answer)
    else:
        count = answer["notices"]
        console.line(f"{human.number(count, 'notice')} {_VERBS[verb]}")
    return EXIT_OK
