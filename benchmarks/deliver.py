"""What sending files by SFTP takes, beside OpenSSH's own `sftp -b`: one large file, and a thousand small ones.

Both go to a real sshd on loopback, in turns, each time to a new folder, and the clock runs around the whole process.
Sexton does more: temporary names, fsync, sizes compared, renames. `sftp -f` syncs too, and is in the table for that.
"""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from benchmarks.peers import Peers
from benchmarks.process import PATIENCE
from benchmarks.report import Row, Table
from benchmarks.stats import median
from tests.servers.sshd import Sshd, sshd

LARGE = 200_000_000  # bytes
SMALL, EACH = 1000, 1000
TURNS = 5


def measure(peers: Peers, home: Path) -> Table:
    (home / "large").mkdir(parents=True)
    (home / "small").mkdir()
    (home / "large/file").write_bytes(os.urandom(LARGE))
    for number in range(SMALL):
        (home / f"small/{number}").write_bytes(os.urandom(EACH))
    with sshd(home / "sshd") as server:
        rows = [
            _row(f"one file of {LARGE // 10**6} MB", peers.sexton / "sexton", _files(home / "large"), server),
            _row(f"{SMALL} files of {EACH // 1000} kB", peers.sexton / "sexton", _files(home / "small"), server),
        ]
    title = f"Delivering by SFTP (median of {TURNS})"
    return Table(title, ("Sexton", "Sexton, `parallel = 4`", "`sftp -b`", "`sftp -f -b`"), tuple(rows))


def _files(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.iterdir())


def _row(what: str, sexton: Path, files: Sequence[str], server: Sshd) -> Row:
    folders = (f"{len(files)}-{number}" for number in count())
    ways: tuple[Callable[[str], None], ...] = (
        lambda folder: _deliver(sexton, server, (folder, *files), 1),
        lambda folder: _deliver(sexton, server, (folder, *files), 4),
        lambda folder: _sftp(server, (folder, *files)),
        lambda folder: _sftp(server, (folder, *files), "-f"),
    )
    took: list[list[float]] = [[] for _ in ways]
    for _ in range(TURNS):
        for way, times in zip(ways, took, strict=True):
            began = time.monotonic()
            way(next(folders))
            times.append((time.monotonic() - began) * 1000)
    return Row(what, "ms", tuple(median(times) for times in took))


def _deliver(sexton: Path, server: Sshd, what: Sequence[str], parallel: int) -> None:
    login = ("--key-file", str(server.key_file), "--known-hosts", str(server.known_hosts))
    to = ("--to", server.url(what[0]), "--make-folders", "--parallel", str(parallel))
    _run([str(sexton), "step", "deliver", *to, *login, *what[1:]])


def _sftp(server: Sshd, what: Sequence[str], *more: str) -> None:
    folder, *files = what
    options = (f"-oUserKnownHostsFile={server.known_hosts}", "-oIdentitiesOnly=yes", f"-i{server.key_file}")
    argv = ["sftp", "-q", "-F/dev/null", *options, f"-P{server.port}", *more, "-b-", f"{server.user}@127.0.0.1"]
    _run(argv, "".join([f"mkdir {folder}\n", *(f"put {file} {folder}\n" for file in files)]))


def _run(argv: Sequence[str], told: str = "") -> None:
    done = subprocess.run(argv, input=told, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode:
        raise RuntimeError(f"cannot measure deliveries: {argv[0]}: {done.stderr}")
