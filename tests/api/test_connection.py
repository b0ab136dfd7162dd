"""HTTP/1.1 as clients really send it: in pieces, in heaps, too slow, too much, or not HTTP at all."""

import json
import socket
import tempfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.api.connection import EVENTS_PER_TURN
from sexton.api.limits import LIMITS
from tests.api.harness import Daemon, Start, request, run_view

INFO = request("/api/v1/info")
SHORT = 30_000  # microseconds: a limit that a test wants to see reached
POST = b"POST /api/v1/jobs/ingest/trigger HTTP/1.1\r\nHost: x\r\n"


def test_a_request_is_understood_when_it_comes_byte_by_byte(daemon: Daemon) -> None:
    daemon.control.job_views = {}
    with daemon.client() as client:
        for byte in request("/api/v1/jobs"):
            client.send(bytes([byte]))
            daemon.call(lambda: None)
        assert client.read().body == b'{"jobs":[]}'


def test_pipelined_requests_are_answered_in_order(daemon: Daemon) -> None:
    daemon.control.run_views = {number: run_view(number) for number in range(1, 300)}
    with daemon.client() as client:
        client.send(b"".join(request(f"/api/v1/runs/{number}") for number in range(1, 300)))
        got = [json.loads(client.read().body)["id"] for _ in range(1, 300)]
    assert got == list(range(1, 300))


def test_a_pipelining_client_waits_when_it_is_too_far_ahead(start: Start) -> None:
    daemon = start(LIMITS._replace(head_size=4096))
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/jobs"))
        assert held.wait(10)
        client.socket.setblocking(False)
        sent = send_until_full(client.socket, request("/api/v1/jobs") * 100, daemon)
        assert sent < 3_000_000  # what the kernel and we were willing to hold
        daemon.control.hold = False
        daemon.call(daemon.control.held.pop())
        client.socket.settimeout(10)
        assert client.read().status == client.read().status == 200


def test_a_large_body_that_was_sent_ahead_is_read_to_its_end(start: Start) -> None:
    daemon = start(LIMITS._replace(head_size=4096))
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/jobs"))
        assert held.wait(10)
        client.send(POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 20_000)
        daemon.call(lambda: None)
        daemon.call(daemon.control.held.pop())
        assert client.read().status == 200
        client.send(b"x" * 80_000 + INFO)
        assert client.read().status == 400  # trigger takes no body
        assert client.read().status == 200


def send_until_full(sock: socket.socket, data: bytes, daemon: Daemon) -> int:
    sent = stuck = 0
    while stuck < 20 and sent < 3_000_000:
        try:
            sent += sock.send(data)
            stuck = 0
        except BlockingIOError:
            stuck += 1
            daemon.call(lambda: None)
    return sent


def test_a_late_answer_arrives(daemon: Daemon) -> None:
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/jobs"))
        assert held.wait(10)
        daemon.call(daemon.control.held.pop())
        assert client.read().status == 200


def test_an_answer_for_a_client_that_has_gone_is_dropped(daemon: Daemon) -> None:
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/jobs"))
        assert held.wait(10)
    daemon.until_alone()
    daemon.call(daemon.control.held.pop())
    assert daemon.reports == []


def test_nothing_of_an_answer_is_kept_when_it_was_sent(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.ask("/api/v1/jobs")
        (connection,) = daemon.call(lambda: tuple(daemon.server._connections))
        assert (connection._transport._out.obj, connection._exchange, len(connection._body)) == (b"", None, 0)


def test_a_client_that_closes_with_its_answer_unread_is_forgotten(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(INFO * 3)
    daemon.until_alone()


def test_a_second_answer_is_dropped(daemon: Daemon) -> None:
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/jobs"))
        assert held.wait(10)
        daemon.call(daemon.control.held[0])
        daemon.call(daemon.control.held[0])
        assert client.read().status == 200
        assert client.ask("/api/v1/info").status == 200


def test_an_engine_that_does_not_answer_in_time_is_unavailable(start: Start) -> None:
    daemon = start(LIMITS._replace(answer=SHORT))
    daemon.control.hold = True
    with daemon.client() as client:
        assert client.ask("/api/v1/jobs").status == 503
        daemon.call(daemon.control.held.pop())
        assert client.ask("/api/v1/info").status == 200


def test_wait_gives_the_present_state_when_it_takes_too_long(start: Start) -> None:
    daemon = start(LIMITS._replace(wait=SHORT))
    daemon.control.run_views[3] = run_view(3, state="running")
    with daemon.client() as client:
        assert json.loads(client.ask("/api/v1/runs/3?wait=1").body)["state"] == "running"


def test_a_half_closed_client_is_answered_and_then_closed(daemon: Daemon) -> None:
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/jobs") + INFO)
        client.socket.shutdown(socket.SHUT_WR)
        assert held.wait(10)
        daemon.call(daemon.control.held.pop())
        assert client.read().status == client.read().status == 200
        assert client.at_end()


def test_the_loop_sleeps_when_a_half_closed_client_waits(daemon: Daemon) -> None:
    daemon.control.hold = True
    held = daemon.event_when("when_held")
    with daemon.client() as client:
        client.send(request("/api/v1/jobs"))
        client.socket.shutdown(socket.SHUT_WR)
        assert held.wait(10)
        assert daemon.turns_within(SHORT) < 20


def test_half_a_request_is_invalid_when_nothing_more_comes(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(INFO[:20])
        client.socket.shutdown(socket.SHUT_WR)
        assert client.read().status == 400
        assert client.at_end()


@pytest.mark.parametrize(
    ("garbage", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /api/v1/info\r\n\r\n", 400),
        (b"GET /api/v1/info HTTP/1.1\r\n\r\n", 400),  # no Host
        (b"GET /api/v1/info HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nnot a size\r\n", 400),
    ],
)
def test_what_is_not_http_is_answered_and_closed(daemon: Daemon, garbage: bytes, status: int) -> None:
    with daemon.client() as client:
        client.send(garbage)
        got = client.read()
        assert (got.status, got.headers["connection"]) == (status, "close")
        assert json.loads(got.body)["error"]["kind"] == "invalid"
        assert client.at_end()


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    pieces=st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.sampled_from(
                [INFO, INFO[:17], INFO[17:], POST, b"\r\n", b"Content-Length: 5\r\n", b"Expect: 100-continue\r\n"]
            ),
            st.sampled_from([b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"Connection: close\r\n"]),
        ),
        max_size=8,
    )
)
def test_no_bytes_harm_the_daemon(pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(f"{folder}/s.sock")
        try:
            with daemon.client() as client:
                with suppress(BrokenPipeError, ConnectionResetError):
                    for piece in pieces:
                        client.send(piece)
                        daemon.call(lambda: None)
                    client.socket.shutdown(socket.SHUT_WR)
                client.read_all()
            daemon.until_alone()
        finally:
            daemon.stop()
        assert (daemon.defects, daemon.reports) == ([], [])


def test_headers_that_are_too_large_are_refused(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(INFO[:-2] + b"X-Much: " + b"x" * 100_000)
        assert client.read().status == 431
        assert client.at_end()


def test_a_client_that_still_sends_can_read_why_it_was_refused(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(POST + b"Content-Length: 3000000\r\n\r\n" + b"x" * 3_000_000)
        assert client.read().status == 413
        client.socket.shutdown(socket.SHUT_WR)
        assert client.at_end()


def test_a_chunked_body_that_grows_too_large_is_refused(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(POST + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 20)
        assert client.read().status == 413


def test_a_body_is_asked_for_when_the_client_expects_that(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert client.read().status == 100
        client.send(b"{}")
        assert client.read().status == 400


def test_a_body_is_refused_before_it_is_sent_when_it_would_be_too_large(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(POST + b"Content-Length: 1048577\r\nExpect: 100-continue\r\n\r\n")
        assert client.read().status == 413


@pytest.mark.parametrize(
    ("limit", "beginning", "status"),
    [("head", INFO[:-2], 408), ("body", POST + b"Content-Length: 2\r\n\r\n{", 408)],
)
def test_a_client_that_is_too_slow_is_told_so(start: Start, limit: str, beginning: bytes, status: int) -> None:
    daemon = start(LIMITS._replace(**{limit: SHORT}))
    with daemon.client() as client:
        client.send(beginning)
        assert client.read().status == status
        assert client.at_end()


def test_dripping_bytes_do_not_renew_the_time_for_the_head(start: Start) -> None:
    daemon = start(LIMITS._replace(head=SHORT, linger=SHORT))
    with daemon.client() as client:
        client.send(INFO[:-2] + b"X-Slow: ")
        with suppress(BrokenPipeError, ConnectionResetError):
            while True:  # until it is cut off
                client.send(b"x")
                daemon.call(lambda: None)
        assert client.read().status == 408


def test_a_client_that_says_nothing_is_closed(start: Start) -> None:
    daemon = start(LIMITS._replace(head=SHORT))
    with daemon.client() as client:
        assert client.at_end()


def test_a_client_that_asks_nothing_more_is_closed(start: Start) -> None:
    daemon = start(LIMITS._replace(idle=SHORT))
    with daemon.client() as client:
        assert client.ask("/api/v1/info").status == 200
        assert client.at_end()


def test_a_client_that_does_not_close_is_closed(start: Start) -> None:
    daemon = start(LIMITS._replace(linger=SHORT))
    with daemon.client() as client:
        client.send(b"garbage\r\n\r\n")
        client.read()
        daemon.until_alone()


@pytest.mark.parametrize(
    "head",
    [b"GET /api/v1/info HTTP/1.0\r\n\r\n", b"GET /api/v1/info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
)
def test_the_connection_ends_when_the_client_keeps_none(daemon: Daemon, head: bytes) -> None:
    with daemon.client() as client:
        client.send(head)
        got = client.read()
        assert (got.status, got.headers["connection"]) == (200, "close")
        assert client.at_end()


def test_an_upgrade_is_not_taken(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(INFO[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert client.read().status == 200
        assert client.ask("/api/v1/info").status == 200


def test_a_body_in_tiny_pieces_lets_others_have_their_turn(daemon: Daemon) -> None:
    with daemon.client() as client, daemon.client() as other:
        head = b"POST /api/v1/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        turns: list[None] = []
        daemon.call(lambda: daemon.loop.at_turn_end(lambda: turns.append(None)))
        client.send(head + b"1\r\na\r\n" * 2_000 + b"0\r\n\r\n")
        assert other.ask("/livez").status == 200
        assert client.read().status == 400
        assert len(turns) >= 2_000 // EVENTS_PER_TURN


def test_what_was_sent_is_not_quoted_as_python_would(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(b"GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        got = client.read()
    assert json.loads(got.body)["error"]["message"] == "this is no HTTP/1.1 that Sexton takes: illegal request line"


def test_another_version_of_http_is_refused(daemon: Daemon) -> None:
    with daemon.client() as client:
        client.send(b"GET /livez HTTP/2.0\r\nHost: x\r\n\r\n")
        assert client.read().status == 505
        assert client.at_end()


def test_a_long_path_is_not_sent_back_whole(daemon: Daemon) -> None:
    with daemon.client() as client:
        got = client.ask("/" + "a" * 50_000)
    assert (got.status, len(got.body) < 400) == (404, True)


def test_a_retired_connection_has_one_more_answer_and_an_idle_one_none(daemon: Daemon) -> None:
    with daemon.client() as fresh, daemon.client() as idle:
        assert idle.ask("/livez").status == 200
        daemon.call(lambda: None)
        daemon.call(daemon.server.retire)
        assert idle.at_end()
        assert fresh.ask("/livez").status == 200
        assert fresh.at_end()
    assert not daemon.call(lambda: daemon.server.open)
