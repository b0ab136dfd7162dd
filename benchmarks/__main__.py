"""`python -m benchmarks [NAME …]`: install who is measured, take the measures asked for, print the tables.

Exit codes: 0 every limit is met, 1 one is missed, 2 usage, 69 the peers cannot be installed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    api,
    capture,
    crowd,
    deliver,
    first_child,
    idle,
    lateness,
    load,
    mirror,
    next_fire,
    notices,
    replacement,
    report,
    rpc,
    sort,
    ticks,
    wakeups,
)
from benchmarks.peers import Peers, install
from tools.command import say

MEASURES = {
    "idle": idle.measure,
    "first-child": first_child.measure,
    "wakeups": wakeups.measure,
    "replacement": replacement.measure,
    "lateness": lateness.measure,
    "crowd": crowd.measure,
    "ticks": ticks.measure,
    "capture": capture.measure,
    "next-fire": next_fire.measure,
    "api": api.measure,
    "rpc": rpc.measure,
    "sort": sort.measure,
    "mirror": mirror.measure,
    "load": load.measure,
    "deliver": deliver.measure,
    "notices": notices.measure,
}


def main() -> int:
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="sexton-bench-") as scratch:
        work = Path(options.work or scratch).absolute()
        tables = take(options.names or list(MEASURES), install(work), Path(scratch) / "runs")
    print(report.as_json(tables) if options.json else report.as_text(tables))
    missed = report.missed(tables)
    for row in missed:
        say(f"over its limit: {row.what}")
    return 1 if missed else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Sexton beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(MEASURES)} (all)")
    parser.add_argument("--work", metavar="DIR", help="keep the environments there for the next time")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in MEASURES]
    if unknown:
        parser.error(f"there is no measure '{unknown[0]}'; there are {', '.join(MEASURES)}")
    return options


def take(names: list[str], peers: Peers, home: Path) -> list[report.Table]:
    """One measure after the other, each in a folder of its own."""
    tables = []
    for name in names:
        say(f"measuring {name}")
        folder = home / name
        folder.mkdir(parents=True)
        tables.append(MEASURES[name](peers, folder))
    return tables


if __name__ == "__main__":
    sys.exit(main())
