"""Signals before there is a loop."""

import signal
import subprocess
import sys

import pytest

from sexton import early
from sexton.cli.options import split_verb


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["run"],
        ["run", "sexton.toml", "--once"],
        ["--json", "run"],
        ["--format", "crontab", "run", "tab"],
        ["--format=crontab", "run", "tab"],
        ["--socket", "run", "status"],
        ["logs", "run"],
        ["supervisord", "-n"],
        ["--version"],
    ],
)
def test_it_knows_a_daemon_by_its_verb_as_the_command_line_does(words: list[str]) -> None:
    assert early.concerns(words) is (split_verb(words)[1] in early.DAEMONS)


HEARING = """
import signal, sys
from sexton import early
signal.signal(signal.SIGQUIT, signal.SIG_IGN)
early.EARS.hear()
signal.raise_signal(signal.SIGQUIT)
signal.raise_signal(signal.SIGHUP)
signal.raise_signal(signal.SIGHUP)
try:
    signal.raise_signal(signal.SIGTERM)
except early.Stopped:
    signal.raise_signal(signal.SIGINT)
    print(early.EARS.take(), early.EARS.take())
print(sorted(name for name in sys.modules if name.startswith("sexton")))
"""


def test_the_first_stop_ends_the_start_and_everything_is_kept_for_the_loop_but_what_is_ignored() -> None:
    done = subprocess.run([sys.executable, "-c", HEARING], capture_output=True, text=True, timeout=20, check=True)
    came = [int(number) for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)]
    assert done.stdout == f"{came} []\n['sexton', 'sexton.early']\n"


HOLDING = """
import signal
from sexton import early
early.EARS.hear()
early.EARS.hold()
signal.raise_signal(signal.SIGTERM)
print("held")
early.EARS.release()
"""


def test_a_stop_waits_while_it_is_held() -> None:
    done = subprocess.run([sys.executable, "-c", HOLDING], capture_output=True, text=True, timeout=20, check=False)
    assert (done.stdout, done.stderr.splitlines()[-1]) == ("held\n", "sexton.early.Stopped")
