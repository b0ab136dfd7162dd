"""Where cgroups of our own can be made, and what is said where they cannot."""

import os
from pathlib import Path

import pytest

from sexton.spawn.cgroup_home import Unavailable, find, prepare
from tests.spawn.cgroup_stand_in import StandIn

BOTH = ("memory", "pids")
V1 = "5:devices:/\n4:memory:/lxc\n"


def proc(folder: Path, cgroup: str, *mounts: str) -> str:
    (folder / "cgroup").write_text(cgroup)
    (folder / "mountinfo").write_text("".join(f"{each}\n" for each in mounts))
    return str(folder)


@pytest.mark.parametrize(
    ("cgroup", "mount", "found"),
    [
        ("0::/\n", "41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/sys/fs/cgroup"),
        (V1 + "0::/a/b\n", "41 31 0:38 / /cg rw shared:4 - cgroup2 none rw", "/cg/a/b"),
        ("0::/a/b\n", "41 31 0:38 /a /cg rw - cgroup2 none rw", "/cg/b"),
        ("0::/a\n", "41 31 0:38 /a /cg rw - cgroup2 none rw", "/cg"),
    ],
)
def test_our_cgroup_is_found_where_it_is_mounted(tmp_path: Path, cgroup: str, mount: str, found: str) -> None:
    assert find(proc(tmp_path, cgroup, "22 1 0:20 / /proc rw - proc proc rw", mount)) == found


@pytest.mark.parametrize(
    ("cgroup", "mount", "why"),
    [
        (V1, "41 31 0:38 / /cg rw - cgroup2 none rw", "this system has no cgroup v2"),
        ("0::/\n", "41 31 0:38 / /cg rw - cgroup none rw", "no cgroup v2 is mounted here"),
        ("0::/ab\n", "41 31 0:38 /a /cg rw - cgroup2 none rw", "no cgroup v2 is mounted here"),
    ],
)
def test_it_is_said_when_there_is_none(tmp_path: Path, cgroup: str, mount: str, why: str) -> None:
    with pytest.raises(Unavailable, match=why):
        find(proc(tmp_path, cgroup, mount))


def test_we_move_into_a_leaf_before_controllers_are_handed_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = StandIn(tmp_path, monkeypatch, enabled="pids")
    assert prepare(str(tmp_path), BOTH, os.getpid()) == str(tmp_path)
    (leaf,) = stand_in.made()
    assert leaf.name == f"sexton-{os.getpid()}"
    assert (leaf / "cgroup.procs").read_text() == str(os.getpid())  # and process 1 stays where it was
    assert (tmp_path / "cgroup.subtree_control").read_text().startswith("+memory")


def test_all_move_when_we_are_process_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = StandIn(tmp_path, monkeypatch, enabled="")
    prepare(str(tmp_path), BOTH, 1)
    (leaf,) = stand_in.made()
    assert (leaf.name, (leaf / "cgroup.procs").read_text()) == ("sexton-1", str(os.getpid()))  # the last one written


def test_the_leaf_is_not_taken_for_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    StandIn(tmp_path, monkeypatch, enabled="memory pids")
    assert prepare(f"{tmp_path}/sexton-7", BOTH, 7) == str(tmp_path)


def test_nobody_moves_when_the_controllers_are_handed_down_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = StandIn(tmp_path, monkeypatch, enabled="memory pids")
    prepare(str(tmp_path), BOTH, os.getpid())
    assert stand_in.made() == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (30, "is not Sexton's to change"),
        (13, "is not Sexton's to change"),
        (16, "has other processes than Sexton's"),
        (28, "cannot make cgroups in"),
    ],
)
def test_it_is_said_why_no_cgroup_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    StandIn(tmp_path, monkeypatch, enabled="")

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(Unavailable, match=said):
        prepare(str(tmp_path), BOTH, os.getpid())
