"""What one more fire time costs: microseconds per step along a schedule, beside cronsim, croniter and cronstable.

Each library walks along the same expressions from the same instant, in one process and by turns, parsing left out;
each in its own terms (Sexton's instants are whole microseconds, the others give aware datetimes), and all that follow
cron(8) must have come by the same instants; cronstable has rules of its own for two day fields and for clock changes.
The floor is a plain loop over bit sets, which knows UTC alone. The walk itself runs in the environment that has all:
`python -m benchmarks.next_fire` prints its figures as JSON.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import plain_cron
from benchmarks.peers import Peers
from benchmarks.process import ENVIRONMENT, PATIENCE
from benchmarks.report import Row, Table
from benchmarks.stats import median
from tools.command import TOP

MIXED = (
    *("* * * * *", "*/5 * * * *", "0 * * * *", "0 8 * * *", "30 1 * * *", "15,45 9-17 * * 1-5"),
    *("0 0 1 * *", "0 4 * * sun", "0 12 13 * 5", "0 6 1 */3 *"),
)
LEAP_DAYS = ("0 0 29 2 *",)  # 160 years of clock changes: more than Sexton remembers of a zone
CASES = {
    "mixed, in UTC": (MIXED, "UTC"),
    "mixed, in Europe/London": (MIXED, "Europe/London"),
    "leap days, in Europe/London": (LEAP_DAYS, "Europe/London"),
}
LIMITS = {"mixed, in UTC": 4.0, "mixed, in Europe/London": 8.0}
LIBRARIES = ("sexton", "plain loop", "cronsim", "croniter", "cronstable")
OTHER_RULES = ("cronstable",)
START = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = 40  # fire times for each expression
REPEATS = 5

Step = Callable[[], int | datetime]


def measure(peers: Peers, home: Path) -> Table:
    done = subprocess.run(
        [peers.schedules / "python", "-m", "benchmarks.next_fire"],
        env={**ENVIRONMENT, "HOME": str(home), "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        timeout=PATIENCE * REPEATS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"cannot measure fire times: {done.stderr}")
    figures = json.loads(done.stdout)
    rows = [
        Row(case, "µs", tuple(figures[case].get(library) for library in LIBRARIES), LIMITS.get(case)) for case in CASES
    ]
    title = f"One more fire time (median of {REPEATS} repeats)"
    return Table(title, ("Sexton", *LIBRARIES[1:]), tuple(rows))


def walk_all() -> dict[str, dict[str, float]]:
    """Median microseconds for one fire time: case → library → figure."""
    for case, (expressions, zone) in CASES.items():
        for text in expressions:
            agree(text, [make(text, zone) for name, make in makers(case).items() if name not in OTHER_RULES])
    found: dict[str, dict[str, list[float]]] = {case: {name: [] for name in makers(case)} for case in CASES}
    for _ in range(REPEATS):
        for case, (expressions, zone) in CASES.items():
            for library, make in makers(case).items():
                found[case][library].append(_walk([make(text, zone) for text in expressions]))
    return {case: {name: median(times) for name, times in libraries.items()} for case, libraries in found.items()}


def makers(case: str) -> dict[str, Callable[[str, str], Step]]:
    """Who can walk there: the plain loop knows no zone, and cronstable's calendar ends in 2099."""
    able: dict[str, Callable[[str, str], Step]] = {
        "sexton": sexton_steps,
        "cronsim": cronsim_steps,
        "croniter": croniter_steps,
    }
    if CASES[case][1] == "UTC":
        able["plain loop"] = plain_steps
    if CASES[case][0] != LEAP_DAYS:
        able["cronstable"] = cronstable_steps
    return able


def agree(expression: str, steps: Sequence[Step]) -> None:
    """Raises ValueError when walks along the same expression part: who is wrong has no speed."""
    for _ in range(STEPS):
        if len({_instant(step()) for step in steps}) > 1:
            raise ValueError(f"cannot compare: the libraries disagree on the fire times of {expression!r}")


def _instant(found: int | datetime) -> int:
    return found if isinstance(found, int) else int(found.timestamp()) * 1_000_000


def _walk(steps: Iterable[Step]) -> float:
    began, number = time.perf_counter_ns(), 0
    for step in steps:
        for _ in range(STEPS):
            step()
        number += STEPS
    return (time.perf_counter_ns() - began) / number / 1000


def sexton_steps(expression: str, zone: str) -> Step:
    from sexton.core.schedules.firetimes import FireTimes
    from sexton.core.schedules.parse import parse_schedule

    times, at = FireTimes(parse_schedule([expression], zone, "job"), 0), int(START.timestamp()) * 1_000_000

    def step() -> int:
        nonlocal at
        found = times.after(at)
        if found is None:
            raise ValueError(f"cannot walk on: {expression!r} has no more fire times")
        at = found
        return at

    return step


def cronsim_steps(expression: str, zone: str) -> Step:
    return import_module("cronsim").CronSim(expression, START.astimezone(ZoneInfo(zone))).__next__  # type: ignore[no-any-return]


def croniter_steps(expression: str, zone: str) -> Step:
    iterator: Any = import_module("croniter").croniter(expression, START.astimezone(ZoneInfo(zone)))
    return lambda: iterator.get_next(datetime)


def cronstable_steps(expression: str, zone: str) -> Step:
    tab = import_module("cronstable.cronexpr").CronTab(expression)
    return tab.occurrences(START.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)).__next__  # type: ignore[no-any-return]


def plain_steps(expression: str, zone: str) -> Step:
    seconds = plain_cron.fire_times(expression, int(START.timestamp()))
    return lambda: next(seconds) * 1_000_000


if __name__ == "__main__":
    json.dump(walk_all(), sys.stdout)
