"""What looking after 200 git repositories costs in which nothing has changed, beside git under `xargs -P`.

Both push the branches and tags of each to a mirror on the same disk, four at once and by turns; the clock runs around
the whole process, Python's own start included.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers import Peers
from benchmarks.process import PATIENCE
from benchmarks.report import Row, Table
from benchmarks.spent import Spent, spent
from benchmarks.stats import median

REPOSITORIES = 200
PARALLEL = 4
TURNS = 11
LIMIT = 1.2  # times what git takes under xargs
REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C"} | {
    f"GIT_{who}_{what}": "n@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


def measure(peers: Peers, home: Path) -> Table:
    _make(home)
    push = f"git -C {{}} push --quiet --prune origin {' '.join(REFS)}"
    xargs = f"ls -d {home}/repos/*.git | xargs -P{PARALLEL} -I{{}} {push}"
    step = (str(peers.sexton / "sexton"), "step", "mirror", "--parallel", str(PARALLEL), f"{home}/repos")
    commands: dict[str, Sequence[str]] = {"sexton": step, "xargs": ("/bin/sh", "-c", xargs)}
    took: dict[str, list[Spent]] = {name: [] for name in commands}
    for _ in range(TURNS):
        for name, command in commands.items():
            took[name].append(spent(_run, *command))
    each, cpu = (tuple(median([cost[what] for cost in costs]) for costs in took.values()) for what in (0, 1))
    rows = (
        Row("200 unchanged repositories", "ms", each),
        Row("CPU time of it, with git's", "ms", cpu),
        Row("times git under xargs", "", (each[0] / each[1], 1.0), LIMIT),
    )
    title = f"Mirroring {REPOSITORIES} repositories, {PARALLEL} at once (median of {TURNS})"
    return Table(title, ("Sexton", f"git, `xargs -P{PARALLEL}`"), rows)


def _make(home: Path) -> None:
    """Repositories of one commit, each with a mirror that has it."""
    first = home / "first.git"
    _run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(first))
    tree = _run("git", "-C", str(first), "hash-object", "-w", "-t", "tree", "/dev/null")
    made = _run("git", "-C", str(first), "commit-tree", tree, "-m", "first")
    _run("git", "-C", str(first), "update-ref", "refs/heads/main", made)
    for number in range(REPOSITORIES):
        for place in ("repos", "mirrors"):
            shutil.copytree(first, home / place / f"{number}.git")
        mirror = f'[remote "origin"]\n\turl = {home}/mirrors/{number}.git\n'
        with open(home / "repos" / f"{number}.git" / "config", "a", encoding="ascii") as config:
            config.write(mirror)


def _run(*command: str) -> str:
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode:
        raise RuntimeError(f"cannot measure mirrors: {' '.join(command[:4])}: {done.stderr}")
    return done.stdout.strip()
