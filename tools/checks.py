"""`./test`: every check in order, all of them even when one fails, the tests last."""

import subprocess
import time
from collections.abc import Sequence
from typing import NamedTuple

from tools import debian
from tools.bootstrap import BIN, prepare
from tools.command import TOP, say


class Check(NamedTuple):
    """A tool of `.venv` with its arguments, started at the top; it succeeds by exiting 0."""

    title: str
    tool: str
    args: Sequence[str] = ()

    def passes(self) -> bool:
        print(f"== {self.title}", flush=True)
        return subprocess.run([BIN / self.tool, *self.args], cwd=TOP, check=False).returncode == 0


SOURCES = (".", "run", "test")  # ruff finds by itself only what ends in .py

CHECKS = (
    Check("format", "ruff", ("format", "--check", *SOURCES)),
    Check("lint", "ruff", ("check", *SOURCES)),
    Check("types", "mypy"),
    Check("import rings", "lint-imports", ("--no-logo",)),
)


def main(pytest_args: Sequence[str]) -> int:
    """The exit code: 0 when everything is right, else 1."""
    debian.require(debian.NEEDS)
    prepare("dev", install_venv=True)
    failed = [check.title for check in CHECKS if not timed(check)]
    # The last words are pytest's own summary, and after it only what that summary cannot know.
    if not Check("tests", "pytest", pytest_args).passes():
        failed.append("tests")
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def timed(check: Check) -> bool:
    start = time.monotonic()
    passed = check.passes()
    print(f"   {'ok' if passed else 'FAILED'} after {time.monotonic() - start:.1f} s\n", flush=True)
    return passed
