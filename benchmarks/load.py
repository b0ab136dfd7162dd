"""What loading a file of a million rows into PostgreSQL costs, beside `psql \\copy` of the same file.

Both by turns into an empty table without indexes, on a server of their own that gives up durability; the clock runs
around the whole process, Python's own start included.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers import Peers
from benchmarks.process import PATIENCE
from benchmarks.report import Row, Table
from benchmarks.spent import Spent, spent
from benchmarks.stats import median
from tests.servers.postgres import Postgres

ROWS = 1_000_000
TURNS = 9
LIMIT = 1.3  # times psql
COLUMNS = "id bigint, station text, day date, degrees numeric, good boolean, note text"


def measure(peers: Peers, home: Path) -> Table:
    home.mkdir(parents=True, exist_ok=True)
    file = _file(home / "readings.csv")
    took: dict[str, list[Spent]] = {"sexton": [], "psql": []}
    with Postgres() as server:
        for turn in range(TURNS):
            for name in took:
                table = f"{name}_{turn}"
                server.psql(f"CREATE TABLE {table} ({COLUMNS})")
                took[name].append(spent(_run, _commands(peers, server, file, table)[name]))
                if server.psql(f"SELECT count(*) FROM {table}") != str(ROWS):
                    raise RuntimeError(f"cannot measure loading: {name} did not load all rows")
                server.psql(f"DROP TABLE {table}")
    each, cpu = (tuple(median([cost[what] for cost in costs]) for costs in took.values()) for what in (0, 1))
    rows = (
        Row(f"{ROWS:,} rows of 6 columns", "ms", each),
        Row("CPU time of it, without the server's", "ms", cpu),
        Row("times psql", "", (each[0] / each[1], 1.0), LIMIT),
    )
    return Table(f"Loading a file into PostgreSQL (median of {TURNS})", ("Sexton", r"`psql \copy`"), rows)


def _commands(peers: Peers, server: Postgres, file: Path, table: str) -> dict[str, Sequence[str]]:
    sexton = (str(peers.sexton / "sexton"), "step", "load", "--to", server.socket_dsn, "--table", table, str(file))
    psql = ("psql", "-Xq", server.socket_dsn, "-c", rf"\copy {table} from '{file}' (format csv, header true)")
    return {"sexton": sexton, "psql": psql}


def _file(path: Path) -> Path:
    with open(path, "w", encoding="ascii") as file:
        file.write("id,station,day,degrees,good,note\n")
        for number in range(ROWS):
            file.write(f"{number},station-{number % 997},2026-11-22,{number % 400 / 10},true,a note of some length\n")
    return path


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(
        command, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"}, capture_output=True, text=True,
        timeout=PATIENCE * 10, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"cannot measure loading: {done.stderr}")
