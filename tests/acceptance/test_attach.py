"""`sexton attach`: as a listener whose supervisord the test itself plays, and under the real one."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sexton.model.listener import Event, Waiting
from sexton.wire.listener import envelope
from tests.acceptance.daemon import LIMIT, kill_marked, marked, sexton
from tests.acceptance.jobs import STUBBORN, tidy
from tests.acceptance.news import News
from tests.acceptance.supervisor import Supervisord, supervisorctl

ANSWER = b"RESULT 2\nOKREADY\n"


@pytest.fixture
def news(tmp_path: Path) -> Iterator[News]:
    with closing(News(tmp_path / "news")) as news:
        yield news


@pytest.fixture
def attach(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """attach(script, *options) → the process, whose standard input and output are the protocol's."""

    with ExitStack() as stack:

        def start(script: str, *options: str) -> "subprocess.Popen[bytes]":
            attached = subprocess.Popen(
                (*sexton(), "attach", *options, "--", "/bin/sh", "-c", script),
                cwd=tmp_path,
                env=os.environ | {"HOME_OF_TEST": str(tmp_path), "SUPERVISOR_PROCESS_NAME": "sync"},
                bufsize=0,  # `communicate` knows nothing of what was read ahead
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            stack.callback(kill_marked, tmp_path)
            return stack.enter_context(attached)

        yield start


def event(serial: int, payload: str = "when:1795375565") -> bytes:
    return envelope(Waiting(Event("TICK_5", payload, serial), serial), "supervisor", "sync")


def end(attached: "subprocess.Popen[bytes]") -> tuple[int, bytes, str]:
    """Close its standard input; the exit code, and what it wrote."""
    out, err = attached.communicate(timeout=LIMIT)
    return attached.returncode, out, err.decode()


def test_standard_output_has_the_protocol_alone_whatever_the_command_writes_and_wherever(
    attach: Callable[..., Any], news: News
) -> None:
    attached = attach("echo out; echo err >&2; echo up >news", "--schedule", "@every 250ms")
    attached.stdin.write(b"".join(event(serial, "processname:Malmö") for serial in range(20)))
    assert [news.next(), news.next()] == ["up", "up"]
    code, out, err = end(attached)
    assert (code, out) == (0, b"READY\n" + 20 * ANSWER)
    assert err.count("\nout\n") >= 2
    assert err.count("\nerr\n") >= 2


def test_an_event_is_answered_at_once_while_the_command_runs(attach: Callable[..., Any], news: News) -> None:
    attached = attach("echo up >news; sleep 1000", "--schedule", "@reboot")
    assert news.next() == "up"
    assert attached.stdout.read(100) == b"READY\n"
    for serial in range(3):
        attached.stdin.write(event(serial))
        assert attached.stdout.read(100) == ANSWER


def test_a_command_runs_at_each_fire_time_and_is_told_which(attach: Callable[..., Any], news: News) -> None:
    attach('echo "$SEXTON_JOB $SEXTON_FIRE_TIME" >news', "--schedule", "@every 1s")
    told = [news.next().split() for _ in range(3)]
    assert {name for name, _ in told} == {"sync"}
    at = [datetime.fromisoformat(time) for _, time in told]
    assert [(later - earlier).total_seconds() for earlier, later in pairwise(at)] == [1, 1]


def test_the_command_is_ended_with_standard_input(attach: Callable[..., Any], news: News, tmp_path: Path) -> None:
    attached = attach(tidy("echo ended >news; exit 3").replace("echo up", "echo up >news"), "--schedule", "@reboot")
    assert news.next() == "up"
    code, _, err = end(attached)
    assert (code, news.next(), marked(tmp_path)) == (0, "ended", [])
    assert "stopping: standard input has ended" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
def test_the_command_is_ended_by_a_signal(
    attach: Callable[..., Any], news: News, tmp_path: Path, number: signal.Signals
) -> None:
    attached = attach(tidy("echo ended >news; exit 3").replace("echo up", "echo up >news"), "--schedule", "@reboot")
    assert news.next() == "up"
    attached.send_signal(number)
    assert (attached.wait(LIMIT), news.next(), marked(tmp_path)) == (0, "ended", [])


def test_a_stubborn_command_is_killed_before_supervisord_kills_us(
    attach: Callable[..., Any], news: News, tmp_path: Path
) -> None:
    stubborn = STUBBORN.replace("echo up", "echo up >news")
    attached = attach(stubborn, "--schedule", "@reboot", "--stop", "2s")
    assert news.next() == "up"
    attached.terminate()
    assert attached.wait(LIMIT) == 0
    assert marked(tmp_path) == []


def test_a_run_that_takes_too_long_is_stopped(attach: Callable[..., Any], news: News) -> None:
    attached = attach(tidy("echo stopped >news; exit 0"), "--schedule", "@reboot", "--timeout", "200ms")
    assert news.next() == "stopped"
    assert "sync: run 1 timed out" in end(attached)[2]


def test_a_fire_time_during_a_run_is_skipped_unless_overlap_says_otherwise(
    attach: Callable[..., Any], news: News
) -> None:
    skipping = attach("echo up >news; sleep 0.48", "--schedule", "@every 200ms")
    assert [news.next(), news.next()] == ["up", "up"]
    assert "skipped" in end(skipping)[2]
    queueing = attach("echo up >news; sleep 0.48", "--schedule", "@every 200ms", "--overlap", "queue")
    assert [news.next(), news.next()] == ["up", "up"]
    assert "skipped" not in end(queueing)[2]


def test_a_log_file_takes_what_the_command_writes(attach: Callable[..., Any], news: News, tmp_path: Path) -> None:
    attached = attach("echo out; echo err >&2; echo up >news", "--schedule", "@every 250ms", "--log", "sync.log")
    assert [news.next(), news.next()] == ["up", "up"]
    _, _, err = end(attached)
    assert (tmp_path / "sync.log").read_text().startswith("out\nerr\nout\nerr\n")
    assert "\nout" not in err


def test_what_is_no_event_ends_it_with_1(attach: Callable[..., Any]) -> None:
    attached = attach("true", "--schedule", "@daily")
    attached.stdin.write(b"GET / HTTP/1.1\r\n\r\n")
    code, out, err = end(attached)
    assert (code, out) == (1, b"READY\n")
    assert "no event of supervisord's" in err


def test_a_defect_of_ours_ends_it_so_that_supervisord_starts_it_anew() -> None:
    defect = "from sexton.attach.ledger import Unwritten; Unwritten._claim = None; from sexton.cli.main import main"
    script = f"{defect}; raise SystemExit(main(['attach', '--schedule', '@reboot', '--stop', '1s', 'true']))"
    with subprocess.Popen(
        (sys.executable, "-c", script), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as attached:
        assert attached.wait(LIMIT) == 1
        assert attached.stdout is not None
        assert attached.stderr is not None
        assert attached.stdout.read() == b"READY\n"
        assert b"TypeError: 'NoneType' object is not callable" in attached.stderr.read()


def test_a_real_supervisord_keeps_it_as_a_listener_like_any_other(news: News, tmp_path: Path) -> None:
    command = " ".join((*sexton(), "attach", "--schedule '@every 300ms'", "-- sh -c 'echo up >news'"))
    listener = f"[eventlistener:sync]\ncommand = {command}\nevents = PROCESS_STATE,TICK_5\nbuffer_size = 100\n"
    events = "[program:busy]\ncommand = sleep 1.1\nautorestart = true\n"
    with Supervisord(tmp_path, listener + events) as supervisord:
        assert [news.next(), news.next(), news.next()] == ["up", "up", "up"]
        assert supervisorctl(supervisord.socket, "restart", "sync").text == "sync: started\nsync: stopped"
        assert [news.next(), news.next(), news.next()] == ["up", "up", "up"]
        assert "RUNNING" in supervisorctl(supervisord.socket, "status", "sync").text
        assert supervisord.stop() == 0
        assert marked(tmp_path) == []
        assert "UNKNOWN" not in supervisord.log
        assert "rejected" not in supervisord.log
