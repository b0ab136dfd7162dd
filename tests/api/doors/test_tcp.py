"""The TCP door: where it listens, what it does with a crowd, and when a follower counts as gone."""

import json
import socket
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from sexton.api.doors.tcpdoor import TcpDoor
from sexton.api.limits import LIMITS
from sexton.model.errors import SextonError
from sexton.model.health import Health
from sexton.model.http import Http
from tests.api.harness import Daemon, Start, request, run_view

LOCAL = Http(("127.0.0.1", 0))
INFO = "/api/v1/info"


def test_an_address_that_is_taken_is_an_error_that_names_it() -> None:
    first = TcpDoor(("127.0.0.1", 0))
    with pytest.raises(SextonError, match=rf"cannot listen: Address already in use \(127.0.0.1:{first.port}\)"):
        TcpDoor(("127.0.0.1", first.port))
    first.close()


def test_an_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(SextonError, match=r"cannot listen: Cannot assign requested address \(192.0.2.1:8470\)"):
        TcpDoor(("192.0.2.1", 8470))


def test_a_port_can_be_taken_again_at_once_when_its_clients_are_just_gone(start: Start) -> None:
    daemon = start(http=LOCAL)
    with daemon.web() as client:
        assert client.ask(INFO).status == 200
        assert daemon.tcp is not None
        daemon.call(daemon.tcp.close)  # our side closes first, so the kernel keeps the pair for a minute
        assert client.at_end()
    TcpDoor(("127.0.0.1", daemon.port)).close()


def has_ipv6() -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_ipv6_is_spoken() -> None:
    door = TcpDoor(("::1", 0))
    assert door.url == f"http://[::1]:{door.port}"
    with socket.create_connection(("::1", door.port)):
        client, remote = door.accept()
        client.close()
    door.close()
    assert remote == ("::1", True)


def test_an_answer_leaves_at_once() -> None:
    door = TcpDoor(("127.0.0.1", 0))
    with socket.create_connection(("127.0.0.1", door.port)):
        client, _ = door.accept()
        with closing(client):
            assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    door.close()


def test_the_probes_are_answered_when_all_connections_are_taken(start: Start) -> None:
    daemon = start(LIMITS._replace(connections=3, spare=2), LOCAL)
    daemon.control.health_view = Health((), ())
    with ExitStack() as stack:
        taken = [stack.enter_context(daemon.web()) for _ in range(3)]
        assert [client.ask(INFO).status for client in taken] == [200] * 3
        idle = [stack.enter_context(daemon.web()) for _ in range(20)]  # silent ones, after the probes' places as well
        with daemon.web() as probe:
            assert [probe.ask(path).status for path in ("/livez", "/readyz", "/healthz")] == [200] * 3
            refused = probe.ask(INFO)
            assert (refused.status, json.loads(refused.body)["error"]["kind"]) == (503, "unavailable")
        assert idle[0].at_end()  # the oldest had to make room
        assert [client.ask(INFO).status for client in taken] == [200] * 3
        with daemon.client() as owner:  # who has a door, and a budget, of their own
            assert owner.ask(INFO).status == 200


def test_no_more_clients_are_kept_than_there_are_places(start: Start) -> None:
    daemon = start(LIMITS._replace(connections=3, spare=2), LOCAL)
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(daemon.web())
        with daemon.web() as last:
            assert last.ask("/livez").status == 200
            assert daemon.call(daemon._clients) == 5


def test_a_probing_client_that_says_nothing_is_closed_sooner(start: Start) -> None:
    daemon = start(LIMITS._replace(connections=0, spare_time=30_000), LOCAL)
    with daemon.web() as client:
        assert client.at_end()


def following(daemon: Daemon, folder: Path) -> None:
    (folder / "log").write_bytes(b"line\n")
    daemon.control.run_views[3] = run_view(3, state="running", log=str(folder / "log"))


def test_a_follower_that_has_sent_its_end_is_gone(start: Start, tmp_path: Path) -> None:
    daemon = start(http=LOCAL)
    following(daemon, tmp_path)
    with daemon.web() as client:
        client.send(request("/api/v1/runs/3/log?follow=1"))
        client.read_head()
        assert client.read_chunk() == b"line\n"
        client.socket.shutdown(socket.SHUT_WR)
        assert client.at_end()
    daemon.until_alone()
    assert daemon.control.wakes == {}


def test_a_log_is_sent_whole_when_the_client_has_sent_its_end(start: Start, tmp_path: Path) -> None:
    daemon = start(LIMITS._replace(chunk=1000), LOCAL)
    (tmp_path / "log").write_bytes(b"x" * 100_000)
    daemon.control.run_views[3] = run_view(3, log=str(tmp_path / "log"))
    with daemon.web() as client:
        client.send(request("/api/v1/runs/3/log"))
        client.socket.shutdown(socket.SHUT_WR)
        assert len(client.read().body) == 100_000
