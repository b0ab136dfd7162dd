"""`sexton attach` at the command line: what it refuses before anything is started."""

import os
import subprocess

import pytest

from tests.acceptance.daemon import LIMIT, sexton

EVERY = ("--schedule", "@every 5m")


def refused(*words: str, stdin: int = subprocess.PIPE) -> str:
    """What it says; nothing of it on standard output, which is supervisord's."""
    done = subprocess.run(
        (*sexton(), "attach", *words), stdin=stdin, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "something is missing"),
        (EVERY, "something is missing"),
        (("true",), "when? --schedule '@every 5m', say"),
        (("--schedule", "99 * * * *", "true"), "99"),
        ((*EVERY, "--timezone", "Mars/Base", "true"), "Mars/Base"),
        ((*EVERY, "--except", "someday", "true"), "someday"),
        ((*EVERY, "--timeout", "10", "true"), "--timeout: cannot read the duration '10'"),
        ((*EVERY, "--jitter", "x", "true"), "--jitter"),
        ((*EVERY, "--stop", "x", "true"), "--stop"),
        ((*EVERY, "--overlap", "kill", "true"), "--overlap takes skip, queue, allow, replace, not 'kill'"),
        ((*EVERY, "--log", "/dev/stdout", "true"), "standard output is for supervisord alone"),
        ((*EVERY, "--log", "/nowhere/x.log", "true"), "cannot write to /nowhere"),
        ((*EVERY, "--tiemout", "10m", "true"), "did you mean --timeout?"),
    ],
)
def test_it_is_refused_with_what_would_be_right(words: tuple[str, ...], why: str) -> None:
    assert why in refused(*words)


def test_it_says_who_should_start_it_when_no_events_can_come() -> None:
    said = refused(*EVERY, "true", stdin=subprocess.DEVNULL)
    assert "it is supervisord that starts it, for an [eventlistener:x]" in said


def test_a_daemon_that_runs_no_supervisord_has_nothing_of_it_in_memory() -> None:
    script = "import sys, sexton.app, sexton.cli.run; print(*(name for name in sys.modules if 'attach' in name))"
    done = subprocess.run((*sexton()[:1], "-c", script), capture_output=True, text=True, env=os.environ, check=True)
    assert done.stdout.split() == []
