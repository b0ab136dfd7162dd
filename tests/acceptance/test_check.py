"""A configuration with mistakes: all of them at once, each with its place, and nothing is started."""

import json
import re
from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import at_start

WRONG = """
max_paralel = 4
stop_within = "soon"
[jobs.a]
schedule = "61 * * * *"
command = "true"
[jobs.b]
schedule = "0 0 31 2 *"
command = "true"
[jobs.c]
command = "echo 'open"
[jobs.d]
command = "true"
after = "nobody"
[jobs.e]
command = "true"
timeout = 30
[jobs.f]
comand = "true"
[jobs.g]
command = "true"
cwd = "${NOT_SET_ANYWHERE}"
[jobs.h]
command = "true"
after = "i"
[jobs.i]
command = "true"
after = "h"
"""
EXPECTED = {
    "max_paralel = 4": "max_parallel",
    'stop_within = "soon"': "soon",
    'schedule = "61 * * * *"': "minute",
    'schedule = "0 0 31 2 *"': "never",
    'command = "echo \'open"': "quot",
    'after = "nobody"': "nobody",
    "timeout = 30": "timeout",
    "[jobs.f]": "`command` is missing",
    'comand = "true"': "command",
    'cwd = "${NOT_SET_ANYWHERE}"': "NOT_SET_ANYWHERE",
    'after = "i"': "after",
}


def wrong(make: Callable[..., Daemon]) -> tuple[Daemon, dict[int, str]]:
    """A Sexton with every mistake and one job that would run; which word is to be said of which line."""
    daemon = make(at_start("eager", "touch ran"), WRONG)
    lines = daemon.config.read_text().splitlines()
    return daemon, {lines.index(line) + 1: word for line, word in EXPECTED.items()}


def test_run_names_every_mistake_and_starts_nothing(make: Callable[..., Daemon]) -> None:
    daemon, expected = wrong(make)
    done = daemon.run()
    assert (done.returncode, done.stdout) == (78, "")
    said = [re.fullmatch(rf"{re.escape(str(daemon.config))}:(\d+): (.+)", line) for line in done.stderr.splitlines()]
    found = {int(match[1]): match[2] for match in said if match}
    assert (len(found), list(found)) == (len(said), sorted(found))
    assert set(found) == set(expected)
    for line, word in expected.items():
        assert word in found[line], f"line {line}"
    assert {path.name for path in daemon.home.iterdir()} == {"sexton.toml"}


def test_check_finds_the_same_and_needs_no_environment(make: Callable[..., Daemon]) -> None:
    """But for what is not set here: a warning, since it may be where Sexton will run."""
    daemon, expected = wrong(make)
    done = daemon.cli("check", str(daemon.config), "--json", check=False)
    verdict = json.loads(done.stdout)
    assert (done.returncode, verdict["ok"]) == (78, False)
    only_run = next(line for line, word in expected.items() if word == "NOT_SET_ANYWHERE")
    assert {problem["line"] for problem in verdict["problems"]} == set(expected) - {only_run}
    assert {problem["file"] for problem in verdict["problems"]} == {str(daemon.config)}
    plain = daemon.cli("check", str(daemon.config), check=False)
    assert (plain.returncode, plain.stdout) == (78, "")
    assert len(plain.stderr.splitlines()) == len(expected) - 1
    assert {path.name for path in daemon.home.iterdir()} == {"sexton.toml"}


def test_a_right_configuration_is_accepted_and_starts_nothing(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("eager", "touch ran"))
    done = daemon.cli("check", str(daemon.config))
    assert "1 job (1 scheduled)" in done.stdout
    assert "at start" in done.stdout
    assert {path.name for path in daemon.home.iterdir()} == {"sexton.toml"}


def test_run_names_both_places_where_it_looked_when_there_is_no_file(make: Callable[..., Daemon]) -> None:
    daemon = make("")
    daemon.config.unlink()
    done = daemon.run()
    assert done.returncode == 78
    assert str(daemon.config) in done.stderr
