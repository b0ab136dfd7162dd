"""Memory of a daemon that has nothing to do, and what it has loaded.

Sexton keeps a service up, holds ten jobs that are far from due, and listens for HTTP; supervisord keeps a program up
and holds ten that it need not start. Each is read once it has settled, and again after its own command line has asked
for the status. Which modules were loaded is asked twice: the extension modules of the very process that was measured
(its mappings), and all modules, pure ones included, of another run of the same command under `python -X importtime`,
killed before it could load anything to end with.
"""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import daemons, proc
from benchmarks.peers import Peers
from benchmarks.process import ENVIRONMENT, PATIENCE, Observed
from benchmarks.report import Row, Table

LIMIT = 18.0
MIB = 1024 * 1024
SETTLE = 15.0  # seconds; Sexton looks after its old logs and rows 10 s after its start, and then once a day
PAUSE = 2.0
NONE_RUNS = 3  # supervisorctl's exit code for `status` when a program is not running
UNWANTED = ("asyncio", "ssl", "_hashlib", "typing_extensions")  # what costs most
UNWANTED_EXTENSIONS = ("_asyncio", "_ssl", "_hashlib")

SERVICE = '[services.sleeper]\ncommand = "/bin/sleep infinity"\n'
PROGRAM = "[program:sleeper]\ncommand = /bin/sleep infinity\n"
JOBS = SERVICE + "".join(f'[jobs.job{n}]\nschedule = "{n} 4 29 2 *"\ncommand = "/bin/true"\n' for n in range(10))
PROGRAMS = PROGRAM + "".join(f"[program:program{n}]\ncommand = /bin/true\nautostart = false\n" for n in range(10))


def measure(peers: Peers, home: Path) -> Table:
    mine, theirs, bare = (home / name for name in ("sexton", "supervisord", "python"))
    for folder in (mine, theirs, bare):
        folder.mkdir()
    with (
        daemons.sexton(peers, mine, JOBS) as sexton,
        daemons.supervisord(peers, theirs, PROGRAMS) as supervisord,
        daemons.python(peers, bare, "import signal; print(flush=True); signal.pause()") as python,
    ):
        sexton.until(daemons.SEXTON_UP)
        supervisord.until(daemons.SUPERVISORD_UP)
        python.line()
        observed = (sexton, supervisord, python)
        time.sleep(SETTLE)
        rows = _rows("a service, 10 jobs", observed)
        _ask([peers.sexton / "sexton", "status", "--socket", mine / "sexton.sock"], 0)
        _ask([peers.supervisor / "supervisorctl", "-c", theirs / "supervisord.conf", "status"], NONE_RUNS)
        time.sleep(PAUSE)
        rows += _rows("after `status`", observed)
        mapped = proc.extensions(sexton.pid)
    loaded = imported(peers, home)
    peer_names = ("Sexton", "supervisord", "bare Python")
    return Table("Memory of an idle daemon", peer_names, tuple(rows), (_mapped(mapped), _loaded(loaded)))


def imported(peers: Peers, home: Path) -> list[str]:
    """Every module that an idle Sexton has imported, in order."""
    folder = home / "importtime"
    folder.mkdir()
    before = (peers.sexton / "python", "-X", "importtime")
    with daemons.sexton(peers, folder, JOBS, before) as sexton:
        start = []
        while daemons.SEXTON_UP not in (line := sexton.line()):
            start.append(line)
        time.sleep(SETTLE)
        return proc.parse_importtime("\n".join(start) + "\n" + sexton.kill())


def _rows(when: str, observed: tuple[Observed, ...]) -> list[Row]:
    memories = [proc.memory(process.pid) for process in observed]
    resident = Row(f"resident, {when}", "MiB", tuple(each.resident / MIB for each in memories), LIMIT)
    return [resident, Row(f"private, {when}", "MiB", tuple(each.private / MIB for each in memories))]


def _ask(argv: Sequence[str | Path], code: int) -> None:
    done = subprocess.run(argv, env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode != code:
        raise RuntimeError(f"cannot ask for the status: {argv[0]} ended with {done.returncode}: {done.stderr}")


def _mapped(mapped: set[str]) -> str:
    return f"Extension modules mapped by the measured Sexton: {len(mapped)}; {_unwanted(UNWANTED_EXTENSIONS, mapped)}."


def _loaded(loaded: list[str]) -> str:
    own = sum(name.split(".")[0] == "sexton" for name in loaded)
    return f"Modules imported by an idle Sexton: {len(loaded)}, {own} its own; {_unwanted(UNWANTED, set(loaded))}."


def _unwanted(names: tuple[str, ...], among: set[str]) -> str:
    """`_ssl` no, `_hashlib` yes."""
    return ", ".join(f"`{name}` {'yes' if name in among else 'no'}" for name in names)
