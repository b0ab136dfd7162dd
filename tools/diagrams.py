"""The lives of runs, services and listeners, drawn from the tables that the engine follows: `python -m tools.diagrams`
writes docs/run-life.md, docs/service-life.md and docs/listener-life.md.

With `--check` nothing is written; the exit code is 1 when a page is not what its table says. Runs in `.venv`. It draws
and explains nothing: why a table is as it is stands beside it in core/, and in docs/ in sentences.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sexton.core import listeners, runs, services
from sexton.model.listener import ListenerHappening, ListenerState
from sexton.model.run import Happening, RunState
from sexton.model.service import ServiceHappening, ServiceState
from tools.command import TOP

DOCS = TOP / "docs"

LEGEND = """\
Rows are happenings, columns are states. A cell says which state comes next and, after the colon, what is done, in this
order. `·` may well come late and changes nothing; an empty cell cannot come, and would be reported as a defect.
"""

Move = runs.Move | services.Move | listeners.Move


class Life(NamedTuple):
    """One page: the table, its states and happenings in order, and `nothing`: STALE and NEVER of its module."""

    page: str
    head: str
    table: Mapping[Any, Move]
    states: type[StrEnum]
    happenings: type[StrEnum]
    nothing: tuple[Move, Move]
    last: StrEnum | None = None
    beyond: tuple[str, ...] = ()  # arrows that no happening of the table stands for


RUN = Life(
    "run-life.md",
    """\
# The life of a run

Drawn by `make diagrams` from the table in `src/sexton/core/runs.py`; [How a run lives](how-a-run-lives.md) says the
same in sentences.
""",
    runs.TABLE,
    RunState,
    Happening,
    (runs.STALE, runs.NEVER),
    RunState.ENDED,
    ("waiting --> claiming: the next attempt",),
)
SERVICE = Life(
    "service-life.md",
    """\
# The life of a service

Drawn by `make diagrams` from the table in `src/sexton/core/services.py`. The first six happenings are reported; the
others are what the end of a process is found to mean.
""",
    services.TABLE,
    ServiceState,
    ServiceHappening,
    (services.STALE, services.NEVER),
)
LISTENER = Life(
    "listener-life.md",
    """\
# The life of a listener's process

Drawn by `make diagrams` from the table in `src/sexton/core/listeners.py`: where each process of a listener stands in
the protocol, beside its life as a service. A new process begins as *acknowledged*.
""",
    listeners.TABLE,
    ListenerState,
    ListenerHappening,
    (listeners.STALE, listeners.NEVER),
)
LIVES = (RUN, SERVICE, LISTENER)


def page(life: Life) -> str:
    """The whole page."""
    return "\n".join([life.head, "```mermaid", *diagram(life), "```", "", LEGEND, *table(life), ""])


def diagram(life: Life) -> Iterator[str]:
    """A Mermaid state diagram: one arrow for each pair of states, with the happenings that lead there."""
    ages = list(life.states)
    yield "stateDiagram-v2"
    yield f"    [*] --> {ages[0]}"
    arrows: dict[tuple[StrEnum, StrEnum], list[StrEnum]] = {}
    for (state, happening), move in life.table.items():
        if move.to is not None:
            arrows.setdefault((state, move.to), []).append(happening)
    for state, to in sorted(arrows, key=lambda arrow: (ages.index(arrow[0]), ages.index(arrow[1]))):
        yield f"    {state} --> {to}: {' / '.join(map(_words, arrows[state, to]))}"
    if life.last is not None:
        yield f"    {life.last} --> [*]"
    yield from (f"    {arrow}" for arrow in life.beyond)


def table(life: Life) -> Iterator[str]:
    """The full table in Markdown."""
    yield f"| | {' | '.join(life.states)} |"
    yield "|---" * (len(life.states) + 1) + "|"
    for happening in life.happenings:
        cells = (_cell(life, life.table[state, happening]) for state in life.states)
        yield f"| **{_words(happening)}** | {' | '.join(cells)} |"


def _cell(life: Life, move: Move) -> str:
    stale, never = life.nothing
    if move is never:
        return ""
    if move is stale:
        return "·"
    done = f": {', '.join(map(_words, move.effects))}" if move.effects else ""
    return f"{move.to}{done}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def main(args: Sequence[str]) -> int:
    """The exit code: 1 when a page is out of date (`--check`), 2 for arguments that mean nothing here."""
    if args not in ([], ["--check"]):
        print("usage: python -m tools.diagrams [--check]", file=sys.stderr)
        return 2
    return max([_check(life) if args else _write(life) for life in LIVES])


def _check(life: Life) -> int:
    path = DOCS / life.page
    current = path.exists() and path.read_text("utf-8") == page(life)
    print(f"{life.page} is up to date" if current else f"{life.page} is out of date; run `make diagrams`")
    return 0 if current else 1


def _write(life: Life) -> int:
    (DOCS / life.page).write_text(page(life), "utf-8")
    print(f"wrote {life.page}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
