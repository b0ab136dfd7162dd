"""Run a command quietly: nothing is seen of it when it works, all that matters when it does not."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

TOP = Path(__file__).resolve().parent.parent

EX_UNAVAILABLE = 69
EX_NOPERM = 77

PATIENCE = 1800  # seconds for one command; a download that takes longer hangs
NOISE = "is ignored: it is either a non-existing path"  # pip, of each index folder in its settings that is not there


def quietly(argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
    """Run to the end; when that fails, print the command with its output and exit 69."""
    shown = " ".join(map(str, argv))
    try:
        done = subprocess.run(
            argv,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            text=True,
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        give_up(EX_UNAVAILABLE, f"cannot go on: `{shown}` has not ended after {PATIENCE} s")
    if done.returncode:
        output = "\n".join(line for line in done.stdout.splitlines() if NOISE not in line)
        give_up(EX_UNAVAILABLE, f"{output}\ncannot go on: `{shown}` ended with code {done.returncode} (see above)")


def works(argv: Sequence[str | Path]) -> bool:
    """Whether the command can be run and says that all is well."""
    try:
        return (
            subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def give_up(code: int, message: str) -> NoReturn:
    say(message)
    sys.exit(code)
