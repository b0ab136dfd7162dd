"""The example as a newcomer starts it: `./run --once` at the top of a copy of the tree.

The copy's environment is this one, and its socket lies beside the copy: a developer's own Sexton is not met.
"""

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.acceptance.daemon import LIMIT
from tests.examples.example import replace, take_at_once

TOP = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "data")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "check out"
    for name in ("tools", "examples"):
        shutil.copytree(TOP / name, top / name, ignore=LEFT_OUT)
    for name in ("run", "pyproject.toml"):
        shutil.copy(TOP / name, top)
    borrow_environment(top)
    ingest = top / "examples/ingest"
    replace(ingest / "sexton.toml", "[sexton]\n", f'[sexton]\nsocket = "{tmp_path}/s.sock"\n')
    take_at_once(ingest / "here.toml")
    return top


def borrow_environment(top: Path) -> None:
    """A `.venv` that is ready: the files are those of the environment that the tests run in."""
    (top / ".venv").mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != "sexton-stamp.json":
            (top / ".venv" / path.name).symlink_to(path)
    pyproject = sha256((top / "pyproject.toml").read_bytes()).hexdigest()
    stamp = {"folder": str(top), "pyproject": pyproject, "extras": []}
    (top / ".venv/sexton-stamp.json").write_text(json.dumps(stamp))


def run_once(tree: Path, cwd: Path) -> str:
    done = subprocess.run([tree / "run", "--once"], cwd=cwd, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_ingests_and_shows_a_summary_and_then_finds_nothing_new(tree: Path, tmp_path: Path) -> None:
    first = run_once(tree, cwd=tree)
    assert "ingest  | sorted seattle-2012.csv 367 rows, 7 flagged\n" in first
    assert "ingest  | loaded seattle-2015.csv 359 rows\n" in first
    assert "summary | Run 1 of ingest succeeded.\n" in first
    assert "summary |   loaded    1436 days from 4 files, 2012-01-01 to 2015-12-31\n" in first
    assert "summary |   flagged   29 rows\n" in first
    assert f"summary | Where it is: {tree}/examples/ingest/data\n" in first
    second = run_once(tree, cwd=tmp_path)  # from anywhere
    assert [line for line in second.splitlines() if "ingest  | " in line] == ["ingest  | nothing is new"]
    assert "summary | Run 3 of ingest succeeded.\n" in second
    assert "summary |   loaded    1436 days from 4 files" in second
