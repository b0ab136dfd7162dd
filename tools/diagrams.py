"""The life of a run, drawn from the table that the engine follows: `python -m tools.diagrams` writes docs/run-life.md.

With `--check` nothing is written; the exit code is 1 when the page is not what the table says. Runs in `.venv`. It
draws and explains nothing: why the table is as it is stands in core/runs.py and docs/how-a-run-lives.md.
"""

import sys
from collections.abc import Iterator, Sequence

from sexton.core.runs import NEVER, STALE, TABLE, Move
from sexton.model.run import Happening, RunState
from tools.command import TOP

PAGE = TOP / "docs" / "run-life.md"

HEAD = """\
# The life of a run

Drawn by `make diagrams` from the table in `src/sexton/core/runs.py`; [How a run lives](how-a-run-lives.md) says the
same in sentences.
"""
LEGEND = """\
Rows are happenings, columns are states. A cell says which state comes next and, after the colon, what is done, in this
order. `·` may well come late and changes nothing; an empty cell cannot come, and would be reported as a defect.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, "```mermaid", *diagram(), "```", "", LEGEND, *table(), ""])


def diagram() -> Iterator[str]:
    """A Mermaid state diagram: one arrow for each pair of states, with the happenings that lead there."""
    yield "stateDiagram-v2"
    yield f"    [*] --> {RunState.CLAIMING}"
    arrows: dict[tuple[RunState, RunState], list[Happening]] = {}
    for (state, happening), move in TABLE.items():
        if move.to is not None:
            arrows.setdefault((state, move.to), []).append(happening)
    for (state, to), happenings in sorted(arrows.items(), key=_by_age):
        yield f"    {state} --> {to}: {' / '.join(map(_words, happenings))}"
    yield f"    {RunState.ENDED} --> [*]"


def table() -> Iterator[str]:
    """The full table in Markdown."""
    yield f"| | {' | '.join(RunState)} |"
    yield "|---" * (len(RunState) + 1) + "|"
    for happening in Happening:
        cells = (_cell(TABLE[state, happening]) for state in RunState)
        yield f"| **{_words(happening)}** | {' | '.join(cells)} |"


def _by_age(arrow: tuple[tuple[RunState, RunState], object]) -> tuple[int, int]:
    ages = list(RunState)
    state, to = arrow[0]
    return ages.index(state), ages.index(to)


def _cell(move: Move) -> str:
    if move is NEVER:
        return ""
    if move is STALE:
        return "·"
    done = f": {', '.join(map(_words, move.effects))}" if move.effects else ""
    return f"{move.to}{done}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def main(args: Sequence[str]) -> int:
    """The exit code: 1 when the page is out of date (`--check`), 2 for arguments that mean nothing here."""
    if args not in ([], ["--check"]):
        print("usage: python -m tools.diagrams [--check]", file=sys.stderr)
        return 2
    wanted, where = page(), PAGE.relative_to(TOP)
    if args:
        current = PAGE.exists() and PAGE.read_text("utf-8") == wanted
        print(f"{where} is up to date" if current else f"{where} is out of date; run `make diagrams`")
        return 0 if current else 1
    PAGE.write_text(wanted, "utf-8")
    print(f"wrote {where}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
