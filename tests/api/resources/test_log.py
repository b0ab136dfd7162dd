"""The log of a run over the socket: whole, its tail, and as it grows."""

import os
from pathlib import Path

import pytest

from sexton.api.limits import LIMITS
from tests.api.harness import Daemon, Start, ask, request, run_view

PATH = "/api/v1/runs/3/log"
HARD = b"first\n" + bytes(range(256)) * 2000 + b"\nlast but one\nlast, cut off"


def written(daemon: Daemon, folder: Path, content: bytes, state: str = "ended") -> Path:
    path = folder / "3.log"
    path.write_bytes(content)
    daemon.control.run_views[3] = run_view(3, state=state, log=str(path))
    return path


def test_the_log_is_sent_byte_for_byte(daemon: Daemon, tmp_path: Path) -> None:
    written(daemon, tmp_path, HARD)
    got = ask(daemon, PATH)
    assert got.body == HARD
    assert got.headers["content-length"] == str(len(HARD))
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    assert got.headers["x-content-type-options"] == "nosniff"


def test_an_empty_log_is_an_empty_answer(daemon: Daemon, tmp_path: Path) -> None:
    written(daemon, tmp_path, b"")
    assert ask(daemon, PATH).body == ask(daemon, f"{PATH}?tail=5").body == b""


@pytest.mark.parametrize("lines", [0, 1, 2, 3, 100_000])
def test_tail_gives_the_last_lines(daemon: Daemon, tmp_path: Path, lines: int) -> None:
    written(daemon, tmp_path, HARD)
    parts = HARD.split(b"\n")
    expected = b"\n".join(parts[-lines:]) if lines else b""
    assert ask(daemon, f"{PATH}?tail={lines}").body == expected


def test_tail_gives_the_last_lines_when_they_lie_many_turns_back(daemon: Daemon, tmp_path: Path) -> None:
    content = b"early\n" + b"wanted " + b"x" * 3_000_000 + b"\nlast\n"
    written(daemon, tmp_path, content)
    assert ask(daemon, f"{PATH}?tail=2").body == content[6:]


def test_head_of_a_log_tells_its_length(daemon: Daemon, tmp_path: Path) -> None:
    written(daemon, tmp_path, b"12345\n")
    with daemon.client() as client:
        assert client.ask(PATH, "HEAD").headers["content-length"] == "6"
        assert client.ask(f"{PATH}?follow=1", "HEAD").status == 200
        assert client.ask(PATH).body == b"12345\n"


def test_a_follower_gets_all_until_the_run_has_ended(daemon: Daemon, tmp_path: Path) -> None:
    path = written(daemon, tmp_path, b"one\ntwo\n", state="running")
    running = daemon.control.run_views[3]
    with daemon.client() as client, path.open("ab", buffering=0) as log:
        client.send(request(f"{PATH}?follow=1&tail=1"))
        assert client.read_head()[0] == 200
        assert client.read_chunk() == b"two\n"
        for piece in (b"three\n", b"\xff\x00", b"x" * 200_000):
            log.write(piece)
            daemon.set_run(running)
            got = b""
            while len(got) < len(piece):
                got += client.read_chunk()
            assert got == piece
        log.write(b"the end")
        daemon.set_run(run_view(3, log=str(path)))
        assert client.read_chunk() == b"the end"
        assert client.read_chunk() == b""
        assert client.ask("/api/v1/info").status == 200


def test_a_follower_waits_for_the_log_when_the_run_has_not_started(daemon: Daemon, tmp_path: Path) -> None:
    daemon.control.run_views[3] = run_view(3, state="queued")
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1"))
        assert client.read_head()[0] == 200
        written(daemon, tmp_path, b"late\n")
        daemon.set_run(daemon.control.run_views[3])
        assert client.read_chunk() == b"late\n"
        assert client.read_chunk() == b""


def test_a_log_of_a_run_that_has_not_started_is_empty(daemon: Daemon) -> None:
    daemon.control.run_views[3] = run_view(3, state="queued")
    assert (ask(daemon, PATH).status, ask(daemon, PATH).body) == (200, b"")


def test_a_run_that_never_had_a_log_has_none(daemon: Daemon) -> None:
    daemon.control.run_views[3] = run_view(3)
    assert ask(daemon, f"{PATH}?follow=1").status == 404


def test_a_log_that_is_gone_is_not_found(daemon: Daemon, tmp_path: Path) -> None:
    written(daemon, tmp_path, b"x").unlink()
    assert ask(daemon, PATH).status == 404


@pytest.mark.parametrize("kind", ["fifo", "link", "folder"])
def test_nothing_but_a_regular_file_is_opened(daemon: Daemon, tmp_path: Path, kind: str) -> None:
    path = written(daemon, tmp_path, b"x")
    path.rename(tmp_path / "elsewhere")
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.mkdir()
    assert ask(daemon, PATH).status == 503


def test_the_answer_is_cut_off_and_reported_when_the_log_becomes_shorter(daemon: Daemon, tmp_path: Path) -> None:
    path = written(daemon, tmp_path, b"x" * 3_000_000)
    with daemon.client() as client:
        client.send(request(PATH))
        client.read_head()
        os.truncate(path, 10)
        assert len(client.read_all()) < 3_000_000
    assert any("became shorter" in report for report in daemon.reports)


def test_a_defect_of_the_engine_costs_one_connection_when_the_answer_has_begun(daemon: Daemon, tmp_path: Path) -> None:
    def fail() -> None:
        raise ValueError("no followers today")

    written(daemon, tmp_path, b"x", state="running")
    daemon.control.when_followed = fail
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1"))
        assert client.at_end()
    assert "ValueError: no followers today" in daemon.reports[0]
    daemon.call(daemon.control.wakes.clear)  # the fake had taken it on before it failed
    assert ask(daemon, "/api/v1/info").status == 200


def test_a_follower_is_cut_off_when_its_run_is_forgotten(daemon: Daemon, tmp_path: Path) -> None:
    written(daemon, tmp_path, b"x", state="running")
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1"))
        client.read_head()
        assert client.read_chunk() == b"x"
        daemon.call(daemon.control.run_views.clear)
        daemon.call(lambda: [wake() for wake in daemon.control.wakes[3]])
        assert client.at_end()
    assert daemon.reports == ["cut off GET /api/v1/runs/3/log: there is no run 3"]


def test_a_follower_is_let_go_when_it_hangs_up(daemon: Daemon, tmp_path: Path) -> None:
    written(daemon, tmp_path, b"", state="running")
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1"))
        client.read_head()
        daemon.call(lambda: None)
    daemon.until_alone()


def test_a_follower_that_sent_its_end_is_served_until_it_hangs_up(start: Start, tmp_path: Path) -> None:
    daemon = start(LIMITS._replace(hangup=1_000))
    path = written(daemon, tmp_path, b"one\n", state="running")
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1"))
        client.socket.shutdown(1)
        client.read_head()
        assert client.read_chunk() == b"one\n"
        path.write_bytes(b"one\ntwo\n")
        daemon.set_run(daemon.control.run_views[3])
        assert client.read_chunk() == b"two\n"
    daemon.until_alone()


def test_a_client_that_does_not_read_costs_one_chunk(daemon: Daemon, tmp_path: Path) -> None:
    written(daemon, tmp_path, b"x" * 5_000_000, state="running")
    with daemon.client() as client:
        client.send(request(f"{PATH}?follow=1"))
        client.read_head()
        for _ in range(200):
            daemon.set_run(daemon.control.run_views[3])
        (connection,) = daemon.server._connections
        assert 0 < len(connection._transport._out) <= LIMITS.chunk + 16


def test_a_client_that_does_not_read_is_dropped_in_time(start: Start, tmp_path: Path) -> None:
    daemon = start(LIMITS._replace(write=50_000))
    written(daemon, tmp_path, b"x" * 5_000_000)
    with daemon.client() as client:
        client.send(request(PATH))
        daemon.until_alone()
