"""How supervisord keeps the logs of its programs, and Sexton in its place: who may read them, what a new start makes of
those that have no name, and colours."""

import os
from pathlib import Path

import pytest

from tests.acceptance.beside import Beside
from tests.acceptance.supervised import Supervised
from tests.acceptance.supervisor import SERVER, SETTINGS, supervisorctl

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
def usual_umask() -> None:
    os.umask(0o022)


def test_everybody_may_read_logs_that_have_a_name_and_the_pid_file(tmp_path: Path) -> None:
    with Beside(tmp_path, LOGS) as both:
        for name in ("logs.out", "red.out", "ear.out", "supervisord.log", "supervisord.pid"):
            assert [_mode(home / name) for home in both.homes] == [0o644] * 2, name
        for info, home in zip(both.call("getProcessInfo", "web"), both.homes, strict=True):
            assert _mode(Path(info["stderr_logfile"].replace("HOME", str(home)))) == 0o600


def test_colours_are_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    with Beside(tmp_path, f"{LOGS}[supervisord]\nstrip_ansi = true\n") as both:
        both.until("red", "EXITED")
        assert [(home / "red.out").read_bytes() for home in both.homes] == [b"red text\n"] * 2
        for home in both.homes:  # one is there for good, the other is replaced, since that was not the protocol
            assert set((home / "ear.out").read_bytes().splitlines()) == {b"READY"}


@pytest.mark.parametrize(("key", "lines"), [("", 1), ("nocleanup = true\n", 2)])
def test_logs_without_a_name_begin_anew_with_each_start(tmp_path: Path, key: str, lines: int) -> None:
    programs = "[program:web]\ncommand = sh -c 'echo hello; echo oops >&2; exec sleep 1000'\n"
    programs += "[program:named]\ncommand = sh -c 'echo hello; exec sleep 1000'\nstdout_logfile = {home}/named.out\n"
    programs += "[eventlistener:ear]\ncommand = sh -c 'echo oops >&2; exec sleep 1000'\nevents = TICK_3600\n"
    text = (SETTINGS + key + SERVER + programs).format(home=tmp_path)
    for _ in range(2):
        with Supervised(tmp_path, text) as daemon:
            daemon.start()
            while "STARTING" in supervisorctl(tmp_path / "s.sock", "status").text:
                pass
            assert daemon.stop() == 0
    own = tmp_path / "services"
    assert (own / "web.log").read_text() == "hello\n" * lines
    assert (own / "web-stderr.log").read_text() == "oops\n" * lines
    assert (own / "ear.log").read_text() == "oops\n" * lines
    assert (tmp_path / "named.out").read_text() == "hello\n" * 2


def test_rotations_of_logs_without_a_name_go_too_and_nothing_else(tmp_path: Path) -> None:
    own = tmp_path / "services"
    own.mkdir()
    for name in ("web.log", "web.log.1", "web.log.2.gz", "other.log"):
        (own / name).write_text("old\n")
    (own / "web-stderr.log.1").symlink_to(own / "other.log")
    text = (SETTINGS + SERVER).format(home=tmp_path) + "[program:web]\ncommand = sleep 1000\n"
    with Supervised(tmp_path, text) as daemon:
        daemon.start()
        daemon.wait_for("web: running")
        assert sorted(path.name for path in own.iterdir()) == [
            *("other.log", "web-stderr.log", "web-stderr.log.1", "web.log")
        ]
        assert (own / "other.log").read_text() == "old\n"
        assert (own / "web.log").read_text() == ""


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
