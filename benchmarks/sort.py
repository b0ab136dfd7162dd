"""What sorting costs: microseconds of CPU time for a row of six columns (integer, number, date, one of four words, a
pattern, a string) held to a schema, and the memory that it takes, for a hundred thousand rows and for ten million.

Beside it the least that does the same: Python's csv with a converter for each column, row by row. Both write the good
rows and the others with what is wrong, each in a process of its own, by turns; CPU time, since the machine is shared,
with the start of the process. The processes are `python -m benchmarks.sorter`.
"""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.peers import Peers
from benchmarks.process import ENVIRONMENT, PATIENCE
from benchmarks.report import Row, Table
from benchmarks.stats import median
from tools.command import TOP

ROWS = 1_000_000
FEW, MANY = 100_000, 10_000_000
TURNS = 5
LIMIT = 1e6 / 300_000  # microseconds
MORE = 1.1  # times the memory of FEW that MANY may take
SORTERS = ("sexton", "loop")
HEADER = "id,amount,day,status,code,name\n"
STATES = ("new", "paid", "sent", "back")
FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "id", "type": "integer", "constraints": {"required": True, "minimum": 0}},
    {"name": "amount", "type": "number", "constraints": {"required": True, "minimum": 0, "maximum": 100_000}},
    {"name": "day", "type": "date", "constraints": {"required": True}},
    {"name": "status", "constraints": {"enum": list(STATES)}},
    {"name": "code", "constraints": {"pattern": "[A-Z]{2}-[0-9]{5}"}},
    {"name": "name", "constraints": {"maxLength": 40}},
)


def measure(peers: Peers, home: Path) -> Table:
    python = peers.schedules / "python"
    cases = {"all good": (0, ()), "one in a hundred bad": (100, ()), "with a primary key": (0, ("id",))}
    rows = [
        Row(case, "µs", _times(python, home, bad, key), None if key else LIMIT) for case, (bad, key) in cases.items()
    ]
    few, many = (_memory(python, home, number) for number in (FEW, MANY))
    rows.append(Row(f"memory for {FEW} rows", "MB", (few, None)))
    rows.append(Row(f"memory for {MANY} rows", "MB", (many, None), few * MORE))
    return Table(f"A row that is sorted (median of {TURNS} times {ROWS} rows)", ("Sexton", "plain loop"), tuple(rows))


def _times(python: Path, home: Path, bad: int, key: tuple[str, ...]) -> tuple[float | None, ...]:
    """Microseconds for each of SORTERS; the plain loop knows no key."""
    write(home / "a.csv", ROWS, bad)
    write_schema(home / "schema.json", key)
    sorters = SORTERS[: 1 if key else None]
    found: dict[str, list[float]] = {name: [] for name in sorters}
    for _ in range(TURNS):
        for name in sorters:
            found[name].append(sort(python, name, home)["seconds"] / ROWS * 1e6)
    return tuple(median(found[name]) if name in found else None for name in SORTERS)


def _memory(python: Path, home: Path, rows: int) -> float:
    write(home / "a.csv", rows, bad=1000)
    write_schema(home / "schema.json")
    return float(sort(python, "sexton", home)["peak"]) / 1e6


def sort(python: Path, sorter: str, home: Path) -> dict[str, Any]:
    """`seconds` of CPU time, bytes of memory at its `peak`, how many rows were `good`. Raises RuntimeError."""
    done = subprocess.run(
        [python, "-m", "benchmarks.sorter", sorter, home],
        env={**ENVIRONMENT, "HOME": str(home), "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        timeout=10 * PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"cannot measure {sorter}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def write_schema(path: Path, key: Iterable[str] = ()) -> None:
    path.write_text(json.dumps({"fields": FIELDS, "primaryKey": list(key)}), "utf-8")


def write(path: Path, rows: int, bad: int) -> None:
    """So many rows, of which each `bad`-th has something wrong (0: none)."""
    with open(path, "w", encoding="ascii") as file:
        file.write(HEADER)
        for number in range(rows):
            values = _row(number)
            if bad and number % bad == 0:
                values[number // bad % 5] = "??"
            file.write(",".join(values) + "\n")


def _row(number: int) -> list[str]:
    some = number * 2_654_435_761 % 2**32  # as good as chance, and the same each time
    day = f"2026-{some % 12 + 1:02}-{some % 28 + 1:02}"
    amount = f"{some % 1_000_000 / 100:.2f}"
    return [str(number), amount, day, STATES[some % 4], f"AB-{some % 90_000 + 10_000}", f"Anna Meier{some % 1000}"]
