"""How supervisord keeps the logs of its programs, and Sexton in its place: who may read them, and colours."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.beside import Beside

LOGS = """
[program:web]
command = sh -c 'echo hello; echo oops >&2; exec sleep 1000'
stdout_logfile = {home}/logs.out
stdout_logfile_maxbytes = 1KB
[program:red]
command = printf '\\033[1;31mred\\033[0m text\\n'
startsecs = 0
stdout_logfile = {home}/red.out
[eventlistener:ear]
command = sh -c 'printf "\\033[32mREADY\\n"; exec sleep 1000'
events = TICK_3600
stdout_logfile = {home}/ear.out
"""


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_everybody_may_read_logs_that_have_a_name_and_the_pid_file(tmp_path: Path) -> None:
    with Beside(tmp_path, LOGS) as both:
        for name in ("logs.out", "red.out", "ear.out", "supervisord.log", "supervisord.pid"):
            assert [_mode(home / name) for home in both.homes] == [0o644] * 2, name
        for info, home in zip(both.call("getProcessInfo", "web"), both.homes, strict=True):
            assert _mode(Path(info["stderr_logfile"].replace("HOME", str(home)))) == 0o600


def test_umask_is_for_the_background_alone(tmp_path: Path) -> None:
    with Beside(tmp_path, f"{LOGS}[supervisord]\numask = 077\n") as both:
        for name in ("logs.out", "supervisord.log"):
            assert [_mode(home / name) for home in both.homes] == [0o644] * 2, name


def test_colours_are_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    with Beside(tmp_path, f"{LOGS}[supervisord]\nstrip_ansi = true\n") as both:
        both.until("red", "EXITED")
        assert [(home / "red.out").read_bytes() for home in both.homes] == [b"red text\n"] * 2
        for home in both.homes:  # one is there for good, the other is replaced, since that was not the protocol
            assert set((home / "ear.out").read_bytes().splitlines()) == {b"READY"}


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
