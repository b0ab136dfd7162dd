"""The door: how many clients it takes, what it does without descriptors, and how it closes."""

import errno
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sexton.api.limits import LIMITS
from tests.api.harness import PATIENCE, Client, Daemon, Start, request, run_view


@contextmanager
def descriptors_limited_to_those_open() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    probe = socket.socket()
    lowest_free = probe.fileno()
    probe.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_three_hundred_clients_are_served_or_turned_away(daemon: Daemon) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(daemon.client()) for _ in range(300)]
        turned_away = clients[256:]
        for client in turned_away:
            got = client.read()
            assert (got.status, got.headers["connection"]) == (503, "close")
        for client in clients[:256]:
            client.send(request("/api/v1/info"))
        assert [client.read().status for client in clients[:256]] == [200] * 256
    daemon.until_alone()
    with daemon.client() as client:
        assert client.ask("/api/v1/info").status == 200


def test_accepting_pauses_when_no_descriptor_is_left(start: Start) -> None:
    daemon = start(LIMITS._replace(accept_pause=5_000))
    with Client(daemon.path) as first:
        assert first.ask("/api/v1/info").status == 200
        second = socket.socket(socket.AF_UNIX)
        with second, descriptors_limited_to_those_open():
            second.connect(daemon.path)
            while not daemon.reports:
                assert first.ask("/api/v1/info").status == 200
            assert daemon.turns_within(30_000) < 30
        assert len(daemon.reports) == 1
    with daemon.client() as third:
        assert third.ask("/api/v1/info").status == 200


def test_a_client_that_is_turned_away_sees_a_proper_end_when_it_has_asked_already(start: Start) -> None:
    daemon = start(LIMITS._replace(connections=0))

    def connect_and_ask() -> Client:  # on the loop's thread, so that it is not accepted before it has asked
        client = Client(daemon.path)
        client.send(request("/api/v1/info"))
        return client

    with daemon.call(connect_and_ask) as client:
        received = b""
        while data := client.socket.recv(65536):
            received += data
    assert received.startswith(b"HTTP/1.1 503 ")


def test_clients_and_followers_are_let_go_when_the_server_closes(daemon: Daemon, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"line\n")
    daemon.control.run_views[3] = run_view(3, state="running", log=str(tmp_path / "log"))
    with daemon.client() as client:
        client.send(request("/api/v1/runs/3/log?follow=1"))
        client.read_head()
        assert client.read_chunk() == b"line\n"
        daemon.call(daemon.server.close)
        assert client.at_end()
    assert not Path(daemon.path).exists()
    assert daemon.control.wakes == {}


def test_closing_forgets_a_pause(start: Start) -> None:
    daemon = start()
    daemon.call(lambda: daemon.server._rest(OSError(errno.EMFILE, "Too many open files")))
    daemon.call(daemon.server.close)
    assert daemon.call(lambda: len(daemon.loop._elapsed)) == 0


def test_h11_is_not_loaded_before_the_first_client() -> None:
    code = "import sys, sexton.api.doors.server; print('h11' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_suspended_door_lets_who_comes_wait_and_gives_who_is_here_one_more_answer(daemon: Daemon) -> None:
    with daemon.client() as idle, daemon.client() as fresh:
        assert idle.ask("/api/v1/info").status == 200
        gone = threading.Event()

        def suspend() -> None:
            daemon.server.on_empty = gone.set
            daemon.server.suspend()

        while daemon.call(lambda: daemon.server.clients) < 2:
            pass
        daemon.call(suspend)
        assert idle.at_end()
        assert fresh.ask("/api/v1/info").status == 200
        assert fresh.at_end()
        fresh.close()
        assert gone.wait(PATIENCE)
        with daemon.client() as later:
            later.send(request("/api/v1/info"))
            daemon.call(lambda: None)
            assert daemon.call(lambda: daemon.server.clients) == 0
            daemon.call(daemon.server.resume)
            assert later.read().status == 200
