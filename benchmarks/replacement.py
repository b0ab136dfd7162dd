"""How long a crashed service is away: from just before its process is killed to its replacement's first act.

All keepers are up at the same time and their services crash in turn, one at a time, so that what else the machine does
hits them alike. No process is killed before it has lived for LIVED: then each keeper, runsv among them, replaces it at
once.
"""

import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.keepers import KEEPERS, SERVICES
from benchmarks.peers import Peers
from benchmarks.process import Observed
from benchmarks.report import Row, Table
from benchmarks.stamps import Stamps
from benchmarks.stats import median, percentile

LIMIT, LIMIT_P99 = 2.0, 5.0  # milliseconds
ROUNDS = 3
CRASHES = 100  # of each keeper in a round
LIVED = 1_200_000_000  # nanoseconds
QUIET = 0.01  # seconds between two crashes: what the last one left to do is no part of the next
SELDOM = {"supervisord": 5}  # it takes a second, and so crashes in one of five turns
SECOND = 1_000_000_000
MS = 1_000_000


class Keeper:
    """The processes that keep SERVICES services up, and those services' own. `observed` was started just now."""

    def __init__(self, observed: list[Observed], stamps: Stamps) -> None:
        self._observed = observed
        self._stamps = stamps
        self._services = [stamps.heard() for _ in range(SERVICES)]  # the longest-lived first

    def crash(self) -> float:
        """Kill the process that has lived longest; milliseconds until its replacement's first act."""
        victim = self._services.pop(0)
        time.sleep(max(0, victim.at + LIVED - time.monotonic_ns()) / SECOND + QUIET)
        killed = time.monotonic_ns()
        os.kill(victim.pid, signal.SIGKILL)
        fresh = self._stamps.heard()
        self._services.append(fresh)
        for process in self._observed:
            process.forget()
        return (fresh.at - killed) / MS

    def end(self) -> None:
        """At once: yacron would wait for its jobs' end. The services go with those who started them."""
        for process in self._observed:
            process.kill()


def measure(peers: Peers, home: Path) -> Table:
    keepers: dict[str, Keeper] = {}
    with ExitStack() as running:
        stamps = running.enter_context(Stamps(home))
        for name, start in KEEPERS.items():
            folder = home / name.replace(" ", "-")
            folder.mkdir()
            if observed := start(peers, folder, stamps.program):
                keepers[name] = Keeper([running.enter_context(each) for each in observed], stamps)
                running.callback(keepers[name].end)
        return table([_round(keepers) for _ in range(ROUNDS)])


def _round(keepers: dict[str, Keeper]) -> dict[str, list[float]]:
    """Milliseconds of each keeper's crashes."""
    found: dict[str, list[float]] = {name: [] for name in keepers}
    for turn in range(CRASHES):
        for name, keeper in keepers.items():
            if turn % SELDOM.get(name, 1) == 0:
                found[name].append(keeper.crash())
    return found


def table(rounds: list[dict[str, list[float]]]) -> Table:
    """The median over the rounds of what each round says."""

    def figures(percent: float) -> tuple[float | None, ...]:
        return tuple(
            median([percentile(each[name], percent) for each in rounds]) if name in rounds[0] else None
            for name in KEEPERS
        )

    rows = (
        Row("median", "ms", figures(50), LIMIT),
        Row("p99", "ms", figures(99), LIMIT_P99),
        Row("fastest", "ms", figures(0)),
        Row("slowest", "ms", figures(100)),
    )
    title = f"A crashed service's replacement (median of {ROUNDS} rounds, {CRASHES} crashes each)"
    return Table(title, tuple(KEEPERS), rows)
