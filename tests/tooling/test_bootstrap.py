"""`./run` on a copy of the tree whose environment is a stand-in: what it starts, what it repairs, what it refuses."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tools import bootstrap

TOP = Path(__file__).resolve().parents[2]

# Stands in for the environment's Python: finds Sexton, and has no pip that would install it.
PYTHON = '#!/bin/sh\ncase "$*" in *"-m pip"*) exit 1;; *) exit 0;; esac\n'
SEXTON = '#!/bin/sh\nprintf "%s\\n" "$PWD" "$SEXTON_EXAMPLE" "$@"\n'

# Stands in for a Python without ensurepip but with pip: `-m venv` gives a Python, `-m pip` installs a command.
BASE = """#!/bin/sh
echo "$@" >> '{home}/base.log'
case "$*" in
    *ensurepip*) exit 1;;
    *"-m venv --clear --without-pip"*) mkdir -p '{bin}'; cp -f --remove-destination '{home}/new-python' '{bin}/python';;
    *"pip --python"*) cp '{home}/new-sexton' '{bin}/sexton';;
esac
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout, in a folder whose name has spaces, with an environment that is ready."""
    top = tmp_path / "a check out"
    top.mkdir()
    shutil.copytree(TOP / "tools", top / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run", "test", "pyproject.toml"):
        shutil.copy(TOP / name, top)
    (top / ".venv" / "bin").mkdir(parents=True)
    executable(top / ".venv" / "bin" / "python", PYTHON)
    executable(top / ".venv" / "bin" / "sexton", SEXTON)
    write_stamp(top, top)
    return top


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def write_stamp(top: Path, folder: Path) -> None:
    pyproject = sha256((top / "pyproject.toml").read_bytes()).hexdigest()
    stamp = {"folder": str(folder), "pyproject": pyproject, "extras": []}
    (top / ".venv" / "sexton-stamp.json").write_text(json.dumps(stamp))


def call(*argv: str | Path, cwd: Path, base: str = "") -> subprocess.CompletedProcess[str]:
    """Start with this Python; `base` replaces the Python that environments are made with."""
    prefix = [sys.executable]
    if base:
        trick = "import runpy, sys; sys._base_executable = sys.argv[1]; sys.argv = sys.argv[2:];"
        trick += "sys.path.insert(0, sys.argv[0].rsplit('/', 1)[0]); runpy.run_path(sys.argv[0], run_name='__main__')"
        prefix += ["-c", trick, base]
    return subprocess.run([*prefix, *argv], cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_run_becomes_sexton_with_the_example_when_the_environment_is_ready(tree: Path, tmp_path: Path) -> None:
    done = call(tree / "run", "--once", "a b", cwd=tmp_path)
    example = tree / "examples" / "ingest"
    assert done.stdout.splitlines() == [str(tmp_path), str(example), "run", f"{example}/sexton.toml", "--once", "a b"]
    assert (done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_commands_are_executable_by_the_python_on_path(name: str) -> None:
    assert os.access(TOP / name, os.X_OK)
    assert (TOP / name).read_text().startswith("#!/usr/bin/env python3\n")


def spoil_pyproject(tree: Path) -> None:
    with (tree / "pyproject.toml").open("a") as file:
        file.write("# changed\n")


def spoil_python(tree: Path) -> None:
    (tree / ".venv" / "bin" / "python").unlink()
    (tree / ".venv" / "bin" / "python").symlink_to("/no/such/python")


def spoil_script(tree: Path) -> None:
    (tree / ".venv" / "bin" / "sexton").unlink()


def spoil_stamp(tree: Path) -> None:
    (tree / ".venv" / "sexton-stamp.json").write_text("[]")


def spoil_place(tree: Path) -> None:
    write_stamp(tree, tree.parent)


@pytest.mark.parametrize("spoil", [spoil_pyproject, spoil_python, spoil_script, spoil_stamp, spoil_place])
def test_run_makes_the_environment_anew_when_it_is_not_right(tree: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(tree)
    home = tree.parent
    executable(home / "base-python", BASE.format(home=home, bin=tree / ".venv" / "bin"))
    executable(home / "new-python", PYTHON)
    executable(home / "new-sexton", SEXTON)
    first = call(tree / "run", cwd=tree, base=str(home / "base-python"))
    assert first.stdout.splitlines()[2:] == ["run", f"{tree}/examples/ingest/sexton.toml"], first.stderr
    assert first.stderr.startswith(f"Preparing {tree}/.venv")
    assert f"--editable {tree}\n" in (home / "base.log").read_text()
    again = call(tree / "run", cwd=tree, base="/no/such/python")
    assert (again.stdout, again.stderr) == (first.stdout, "")


def test_run_shows_what_failed_and_leaves_no_stamp_when_the_installation_fails(tree: Path) -> None:
    spoil_pyproject(tree)
    base = tree.parent / "base-python"
    noise = "WARNING: Location 'file:///x' is ignored: it is either a non-existing path or lacks a specific scheme."
    executable(base, f'#!/bin/sh\ncase "$*" in *install*) echo "{noise}"; echo "no such package" >&2; exit 1;; esac\n')
    done = call(tree / "run", cwd=tree, base=str(base))
    assert done.returncode == 69
    assert "no such package" in done.stderr
    assert "is ignored" not in done.stderr
    assert not (tree / ".venv" / "sexton-stamp.json").exists()


def test_run_names_the_debian_package_when_python_has_neither_ensurepip_nor_pip(tree: Path) -> None:
    shutil.rmtree(tree / ".venv")
    done = call(tree / "run", cwd=tree, base="/bin/false")
    assert done.returncode == 69
    assert "apt-get install python3-venv" in done.stderr


def test_the_place_is_named_when_it_may_not_be_written(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "TOP", tree)
    monkeypatch.setattr(bootstrap, "VENV", tree / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tree / "no-stamp")
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(SystemExit, match="77"):
        bootstrap.prepare()
    message = capsys.readouterr().err
    assert f"Permission denied: '{tree}/.venv'" in message
    assert "use a copy of this folder that you may write to" in message


def test_a_python_that_is_too_old_is_refused_in_words() -> None:
    old = "import sys; sys.version_info = (3, 9, 2, 'final', 0); import tools.floor as f; f.refuse_old_python()"
    done = call("-c", old, cwd=TOP)
    assert done.returncode == 69
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is Python 3.9.2" in done.stderr
