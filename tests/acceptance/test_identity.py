"""Runs as other users and within bounds, by a real Sexton; and what it says to whom it cannot serve."""

import os
import subprocess
from collections.abc import Callable

import pytest

from tests.acceptance.daemon import LIMIT, Daemon, sexton
from tests.acceptance.jobs import at_start
from tests.acceptance.ledger import output, rows

Make = Callable[..., Daemon]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes as others")

SHOW = """
grep -E '^(Uid|Gid|Groups|NoNewPrivs|Umask):' /proc/self/status
grep 'Max open files' /proc/self/limits
echo "nice: $(nice)"; echo "home: $HOME $USER $LOGNAME"
"""
BOUNDS = 'umask = "027"\nnice = 7\nno_new_privs = true\nlimits = { nofile = 64, core = 0 }\n'


def shown(daemon: Daemon, keys: str) -> dict[str, list[str]]:
    """What a job with `keys` finds of itself."""
    daemon.write(at_start("show", SHOW) + keys)
    done = daemon.once(HOME="/container", USER="container", LOGNAME="container")
    assert done.returncode == 0, done.stderr
    lines = output(rows(daemon.home)[-1]).decode().replace("Max open files", "nofile:").splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


@as_root
def test_a_run_is_its_user_within_its_bounds(make: Make) -> None:
    found = shown(make(""), f'user = "nobody"\n{BOUNDS}')
    assert found["Uid"] == ["65534"] * 4
    assert set(found["Gid"]) == set(found["Groups"])
    assert "0" not in found["Groups"]
    assert (found["Umask"], found["NoNewPrivs"], found["nice"], found["nofile"][0]) == (["0027"], ["1"], ["7"], "64")
    assert found["home"] == ["/container", "container", "container"]


@as_root
def test_a_run_has_the_variables_of_its_user_when_asked_for(make: Make) -> None:
    found = shown(make(""), 'user = "nobody:0"\nuser_env = true\n')
    assert found["home"][1:] == ["nobody", "nobody"]
    assert found["home"][0] != "/container"
    assert found["Gid"] == ["0"] * 4


def test_a_run_has_its_bounds_whoever_sexton_is(make: Make) -> None:
    found = shown(make(""), BOUNDS)
    assert found["Uid"] == [str(os.getuid())] * 4
    assert (found["Umask"], found["NoNewPrivs"], found["nice"], found["nofile"][0]) == (["0027"], ["1"], ["7"], "64")
    assert shown(make(""), "")["NoNewPrivs"] == ["0"]


def test_an_unknown_user_stops_the_start_and_only_warns_at_a_look(make: Make) -> None:
    daemon = make(at_start("show", "touch ran") + 'user = "no-such-user"\n')
    line = len(daemon.config.read_text().splitlines())
    done = daemon.once()
    assert done.returncode == 78
    assert f'{daemon.config}:{line}: jobs.show.user: there is no user "no-such-user"' in done.stderr
    assert not (daemon.home / "ran").exists()
    looked = daemon.cli("check", str(daemon.config))
    assert f'{daemon.config}:{line}: jobs.show.user: there is no user "no-such-user"' in looked.stdout + looked.stderr


def test_who_is_not_root_is_told_that_only_root_can(make: Make) -> None:
    """Root is nobody in a user namespace of its own (user_namespaces(7)), and still may read what is root's."""
    ordinary = ("unshare", "--user") if os.geteuid() == 0 else ()
    daemon = make(at_start("show", "touch ran") + 'user = "root"\n')
    command = (*ordinary, *sexton(), "run", "--once", str(daemon.config))
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, cwd=daemon.home, check=False)
    assert done.returncode == 78
    assert "jobs.show.user: only root can start processes as others, and Sexton runs as uid " in done.stderr
    assert not (daemon.home / "ran").exists()
