"""A run in words: the same state, outcome, reason and colour wherever a verb shows one.

Takes the API's RunView; knows neither tables nor verbs. Invariant: `succeeded`, `failed` and their five siblings are
shown as the words that they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from sexton.cli import human
from sexton.model.views import ProgressView, RunView, StepView
from sexton.wire import spans

STYLES = {
    "succeeded": "green",
    "failed": "red",
    "timeout": "red",
    "lost": "red",
    "cancelled": "yellow",
    "skipped": "yellow",
    "missed": "magenta",
    "starting": "cyan",
    "running": "cyan",
    "stopping": "cyan",
    "ending": "cyan",
    "queued": "yellow",
    "waiting": "yellow",
}
_PLAIN_STATES = {"claiming": "starting", "withdrawing": "stopping", "lingering": "stopping", "killing": "stopping"}


def word(run: RunView) -> str:
    """The run's outcome, or the state that it is in."""
    return run["outcome"] or _PLAIN_STATES.get(run["state"], run["state"])


def style(run: RunView) -> str:
    return STYLES.get(word(run), "")


def counted(run: RunView) -> str:
    """The word, with the number of fire times where the row stands for several: `missed x12`."""
    return word(run) if run["count"] == 1 else f"{word(run)} x{run['count']}"


def begin(run: RunView) -> str:
    """The instant that places a run in time: its start; without one its fire time, or when it was asked for."""
    return run["started"] or run["fire_time"] or run["created"]


def took(run: RunView) -> str:
    """How long it ran; nothing for what never started."""
    return spans.took(run["seconds"]) if run["started"] else ""


def reason(run: RunView, now: float) -> str:
    """Why it ended so, and of a missed range where it ends."""
    text = run["reason"] or _exit(run) or (going(run["steps"]) if run["steps"] else "")
    if run["next_attempt"] is not None:
        soon = f"attempt {run['attempt']} {human.future(run['next_attempt'], now)}"
        text = f"{soon}; {text}" if text else soon
    elif run["attempt"] > 1:
        text = f"attempt {run['attempt']}; {text}" if text else f"attempt {run['attempt']}"
    if run["count"] == 1 or run["last_fire_time"] is None:
        return text
    until = f"until {human.clock(run['last_fire_time'], now)}"
    return f"{until}; {text}" if text else until


def going(steps: Sequence[StepView]) -> str:
    """`step load: 5 of 10 rows (50%)`, of the step that goes on; nothing where none does."""
    for step in steps:
        if step["state"] == "running":
            how = step["progress"] and progress(step["progress"])
            return f"step {step['name']}{f': {how}' if how else ''}"
    return ""


def progress(found: ProgressView) -> str:
    """`5 of 10 rows (50%)`."""
    done, total = found["done"], found["total"]
    of = f" of {total:,}" if total is not None else ""
    share = f" ({100 * done // total}%)" if total else ""
    return f"{done:,}{of} {found['unit']}{share}"


def _exit(run: RunView) -> str:
    if run["signal"]:
        return run["signal"]
    return f"exit code {run['exit_code']}" if run["exit_code"] else ""


def sentence(run: RunView) -> str:
    """`run 42 of ingest failed after 1.4s: exit code 2`; of a run that goes on, what it does."""
    known = f"run {run['id']} of {run['job']}"
    if run["outcome"] is None:
        return f"{known} is {word(run)}"
    after = f" after {took(run)}" if run["started"] else ""
    text = run["reason"] or _exit(run)
    said = {"timeout": "timed out", "lost": "was lost", "cancelled": "was cancelled", "skipped": "was skipped"}
    return f"{known} {said.get(run['outcome'], run['outcome'])}{after}{': ' + text if text else ''}"
