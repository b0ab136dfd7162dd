"""Who is measured: Sexton as its users install it, and its peers from PyPI, each in a virtual environment of its own.

Sexton comes from a wheel built of this tree, compiled to bytecode, with every extra beside it that users can ask for
(libraries change their behaviour when others are merely installed); the extra `dev` is ours alone and stays out.
Invariant: nothing of this tree's own environment is used by what is measured.
"""

import shutil
import tomllib
import venv
from pathlib import Path
from typing import NamedTuple

from tools.command import TOP, quietly, say

SUPERVISOR = "supervisor==4.3.0"
YACRON = "yacron==0.19.0"
SCHEDULERS = ("cronsim", "croniter", "cronstable")


class Peers(NamedTuple):
    """The `bin` folders of the environments; `schedules` holds Sexton without extras and the schedule libraries. And
    runit's runsv, None where it is neither installed nor can be had from Debian."""

    sexton: Path
    supervisor: Path
    schedules: Path
    yacron: Path
    runsv: Path | None


def install(work: Path) -> Peers:
    """Make the environments under `work`, or bring those that are there up to date. Exits with 69 on failure."""
    names = ("sexton", "supervisor", "schedules", "yacron")
    sexton, supervisor, schedules, yacron = (environment(work / name) for name in names)
    wheel = build(work / "wheel", sexton)
    add(sexton, f"{wheel}[{','.join(extras())}]")
    add(supervisor, SUPERVISOR)
    add(schedules, *SCHEDULERS, str(wheel))
    add(yacron, YACRON)
    return Peers(sexton, supervisor, schedules, yacron, runit(work / "runit"))


def environment(folder: Path) -> Path:
    if not (folder / "bin" / "pip").exists():
        venv.create(folder, with_pip=True)
    return folder / "bin"


def runit(folder: Path) -> Path | None:
    """Debian's runsv, unpacked into `folder` and nowhere else, unless it is installed."""
    installed, unpacked = shutil.which("runsv"), folder / "usr/bin/runsv"
    if installed or unpacked.exists():
        return Path(installed or unpacked)
    if shutil.which("apt-get") is None:
        return None
    say("fetching runit")
    folder.mkdir(parents=True, exist_ok=True)
    quietly(["sh", "-c", 'cd "$0" && apt-get download runit && dpkg-deb -x runit_*.deb .', folder])
    return unpacked


def build(folder: Path, using: Path) -> Path:
    """A wheel of the tree as it is now."""
    say("building Sexton's wheel")
    shutil.rmtree(folder, ignore_errors=True)
    quietly([using / "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, TOP])
    return next(folder.glob("*.whl"))


def extras() -> list[str]:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    return [name for name in project["optional-dependencies"] if name != "dev"]


def add(to: Path, *what: str) -> None:
    """Install, the tree's own wheel anew each time (its version stays the same), and compile everything."""
    say(f"installing {' '.join(Path(name).name for name in what)}")
    quietly([to / "pip", "uninstall", "--quiet", "--yes", "sexton"])
    quietly([to / "pip", "install", "--quiet", "--disable-pip-version-check", *what])
    quietly([to / "python", "-m", "compileall", "-q", to.parent / "lib"])
