"""Make `.venv` ready: create it, install Sexton into it in editable form, and leave it alone while it is right.

Invariant: the stamp is removed before anything is changed and written when all is done, so an environment with the
stamp we want is whole, whatever was interrupted before.
"""

import errno
import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from tools import debian
from tools.command import EX_NOPERM, EX_UNAVAILABLE, TOP, give_up, quietly, say, works

VENV = TOP / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "sexton-stamp.json"

# An environment made by an environment's Python would hang on the life of the one that it may replace.
PYTHON = getattr(sys, "_base_executable", "") or sys.executable


class Stamp(TypedDict):
    """What an environment was made for: its scripts know their folder, its packages the text of pyproject.toml."""

    folder: str
    pyproject: str
    extras: list[str]


def prepare(*extras: str, install_venv: bool = False) -> None:
    """Return when `.venv` has Sexton with these extras (and those it had). Exits with 69 where that cannot be done,
    with 77 where it is not permitted. With `install_venv`, root may get Debian's python3-venv."""
    if ready(extras):
        return
    try:
        with alone():
            if not ready(extras):
                make(wanted(extras), install_venv)
    except OSError as error:
        give_up(EX_NOPERM, f"cannot prepare {VENV}: {error}; use a copy of this folder that you may write to")


def ready(extras: tuple[str, ...]) -> bool:
    return read_stamp() == wanted(extras) and whole()


def wanted(extras: tuple[str, ...]) -> Stamp:
    """What the stamp shall be. Extras that are there already stay: `./run` must not undo `./test`."""
    before = read_stamp()
    kept = before["extras"] if before else []
    pyproject = sha256((TOP / "pyproject.toml").read_bytes()).hexdigest()
    return Stamp(folder=str(TOP), pyproject=pyproject, extras=sorted({*extras, *kept}))


def read_stamp() -> Stamp | None:
    """The stamp of the environment that is there; None without one, or when it is not one of ours."""
    try:
        found = json.loads(STAMP.read_text("utf-8"))
        return Stamp(folder=found["folder"], pyproject=found["pyproject"], extras=found["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def whole() -> bool:
    """Whether its Python still runs and finds Sexton (it does not when the Python it was made from is gone)."""
    find = "import importlib.metadata; importlib.metadata.version('sexton')"
    return (BIN / "sexton").exists() and works([BIN / "python", "-c", find])


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder's lock, so that two calls do not make the environment at once."""
    folder = os.open(TOP, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another ./run or ./test that prepares .venv ...")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make(stamp: Stamp, install_venv: bool) -> None:
    before = read_stamp()
    folder = VENV if VENV.exists() else TOP
    if not os.access(folder, os.W_OK):  # said here in one line rather than by pip in twenty
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    say(f"Preparing {VENV} (only now and when pyproject.toml has changed) ...")
    STAMP.unlink(missing_ok=True)
    moved = before is not None and before["folder"] != stamp["folder"]
    if moved or not works([BIN / "python", "-m", "pip", "--version"]):
        create(install_venv)
    project = f"{TOP}[{','.join(stamp['extras'])}]" if stamp["extras"] else str(TOP)
    quietly([*pip(), "install", "--quiet", "--no-input", "--disable-pip-version-check", "--editable", project])
    STAMP.write_text(json.dumps(stamp, indent=1) + "\n", "utf-8")


def create(install_venv: bool) -> None:
    """Start from nothing. Debian ships ensurepip, which puts pip into an environment, apart from python3."""
    if not (has("ensurepip") or has("pip")):
        get_venv_package(install_venv)
    how = [] if has("ensurepip") else ["--without-pip"]
    quietly([PYTHON, "-m", "venv", "--clear", *how, VENV])


def get_venv_package(install_venv: bool) -> None:
    if install_venv and os.geteuid() == 0:
        debian.install(["python3-venv"])
    if not has("ensurepip"):
        give_up(
            EX_UNAVAILABLE, f"{PYTHON} has neither ensurepip nor pip; on Debian, as root: apt-get install python3-venv"
        )


def has(module: str) -> bool:
    return works([PYTHON, "-m", module, "--version"])


def pip() -> list[str | Path]:
    """The environment's own pip, else that of the Python it was made from."""
    own: list[str | Path] = [BIN / "python", "-m", "pip"]
    return own if works([*own, "--version"]) else [PYTHON, "-m", "pip", "--python", BIN / "python"]


if __name__ == "__main__":  # make's targets
    prepare(*sys.argv[1:], install_venv=True)
