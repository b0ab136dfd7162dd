"""A folder that stands in for a cgroup below which others can be made: it gets the files that the kernel would put in.

Nothing is bounded by it. Where this machine lets us make cgroups, tests use the kernel's own.
"""

import os
from pathlib import Path

import pytest

FILES = ("cgroup.procs", "cgroup.kill", "memory.max", "pids.max", "memory.events", "pids.events")


class StandIn:
    """`path` is the cgroup that Sexton is in; `keep` are the names of those that are not empty."""

    def __init__(self, path: Path, patch: pytest.MonkeyPatch, *, enabled: str) -> None:
        self.path = path
        self.keep: set[str] = set()
        (path / "cgroup.controllers").write_text("cpu memory pids\n")
        (path / "cgroup.subtree_control").write_text(enabled)
        (path / "cgroup.type").write_text("domain\n")
        (path / "cgroup.procs").write_text(f"1\n{os.getpid()}\n")
        self._mkdir, self._rmdir = os.mkdir, os.rmdir
        patch.setattr(os, "mkdir", self._make)
        patch.setattr(os, "rmdir", self._remove)

    def made(self) -> list[Path]:
        return sorted(each for each in self.path.iterdir() if each.is_dir())

    def _make(self, path: str, mode: int = 0o777) -> None:
        self._mkdir(path, mode)
        if self.path in Path(path).parents:
            for file in FILES:
                Path(path, file).touch()

    def _remove(self, path: str) -> None:
        if self.path not in Path(path).parents:
            self._rmdir(path)
        elif Path(path).name.rpartition(".")[2] in self.keep:
            raise OSError(16, "Device or resource busy")
        else:
            for file in FILES:
                os.unlink(f"{path}/{file}")
            self._rmdir(path)
