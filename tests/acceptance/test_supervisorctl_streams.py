"""Logs that are no files, asked for by the real supervisorctl beside a real supervisord.

Nothing here is cleared: the real one would remove /dev/null."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.beside import Beside
from tests.acceptance.supervisor import Said, command

PROGRAMS = """
[program:talk]
command = sh -c 'echo out; echo err >&2; exec sleep 1000'
stdout_logfile = /dev/stdout
stdout_logfile_maxbytes = 0
stderr_logfile = /dev/stderr
stderr_logfile_maxbytes = 0
[program:null]
command = sh -c 'echo out; exec sleep 1000'
stdout_logfile = /dev/null
stderr_logfile = NONE
[supervisord]
logfile = {logfile}
logfile_maxbytes = 0
"""
LINES = ("maintail", "maintail -50", "tail talk", "tail -5 talk", "tail talk stderr", "tail null", "tail null stderr")
NAMES = ("talk", "null")
CALLS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("readLog", (0, 0)),
    ("readLog", (0, -1)),
    *((f"tailProcess{channel}Log", (name, 3, 7)) for channel in ("Stdout", "Stderr") for name in NAMES),
    *((f"readProcess{channel}Log", (name, 0, 0)) for channel in ("Stdout", "Stderr") for name in NAMES),
)


@pytest.mark.parametrize("logfile", ["/dev/null", "/dev/stdout"])
def test_what_is_no_file_is_told_in_the_same_words(tmp_path: Path, logfile: str) -> None:
    with Beside(tmp_path, PROGRAMS.replace("{logfile}", logfile)) as both:
        said = {line: both.command(line) for line in LINES}
        assert {line: ours for line, (ours, _) in said.items()} == {line: theirs for line, (_, theirs) in said.items()}
        assert said["tail null"][0] == Said("", 0)
        assert said["tail null stderr"][0] == Said("null: ERROR (no log file)", 1)
        told = {call: both.call(call[0], *call[1]) for call in CALLS}
        assert {call: ours for call, (ours, _) in told.items()} == {call: theirs for call, (_, theirs) in told.items()}


UNBUFFERED = os.environ | {"PYTHONUNBUFFERED": "1"}  # the client itself flushes nothing


@pytest.mark.parametrize("words", ["tail -f talk", "tail -f null", "maintail -f"])
def test_following_what_is_no_file_shows_nothing_and_goes_on(tmp_path: Path, words: str) -> None:
    with Beside(tmp_path, PROGRAMS.replace("{logfile}", "/dev/null")) as both:
        for home in both.homes:
            asking = command(home / "s.sock", *words.split())
            with subprocess.Popen(asking, stdout=subprocess.PIPE, env=UNBUFFERED, bufsize=0) as follower:
                assert follower.stdout is not None
                assert follower.stdout.readline() == b"==> Press Ctrl-C to exit <==\n"
                with pytest.raises(subprocess.TimeoutExpired):
                    follower.communicate(timeout=1)
                follower.kill()
                assert follower.communicate()[0] == b""
