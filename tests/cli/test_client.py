"""The client against a daemon that answers well, badly, late or not at all."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.cli import client as client_module
from sexton.cli.client import Client, quote
from sexton.cli.failures import NotPermitted, Unreachable
from sexton.model.errors import Refused
from tests.cli.fake_daemon import PATIENCE, FakeDaemon, Raw, chunked, refusal, reply


def ask(daemon: FakeDaemon, answer: Raw, within: float = 5.0) -> object:
    daemon.answers["GET /x"] = answer
    return Client(daemon.path, within).get("/x")


def test_json_is_given_when_the_daemon_answers(daemon: FakeDaemon) -> None:
    assert ask(daemon, reply(200, {"a": ["ü"]})) == {"a": ["ü"]}


def test_json_is_given_when_the_answer_comes_in_chunks(daemon: FakeDaemon) -> None:
    assert ask(daemon, chunked([b'{"a"', b": 1}"])) == {"a": 1}


def test_json_is_given_when_the_answer_comes_byte_by_byte(daemon: FakeDaemon) -> None:
    whole = b"".join(reply(200, [1, 2]).pieces)
    assert ask(daemon, Raw(whole[i : i + 1] for i in range(len(whole)))) == [1, 2]


def test_change_is_posted_without_a_body(daemon: FakeDaemon) -> None:
    daemon.answers["POST /x"] = reply(202, {"ok": True})
    assert Client(daemon.path).post("/x") == {"ok": True}


def test_refusal_carries_kind_and_message_without_control_characters(daemon: FakeDaemon) -> None:
    with pytest.raises(Refused, match=r"^no job 'x'$") as caught:
        ask(daemon, refusal(404, "not_found", "no job \x1b[2J'x'"))
    assert caught.value.kind == "not_found"


@pytest.mark.parametrize("body", ["<html>", {"error": "no"}, [], None])
def test_refusal_names_the_status_when_it_has_no_message(daemon: FakeDaemon, body: object) -> None:
    with pytest.raises(Refused, match="the daemon answered HTTP 503") as caught:
        ask(daemon, reply(503, body))
    assert caught.value.kind == "unavailable"


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ([], "closed the connection"),
        ([b"HTTP/1.1 200 OK\r\n"], "closed the connection"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"], "closed the connection"),
        ([b"\x00\x01garbage\r\n\r\n"], "does not speak HTTP"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000], "does not speak HTTP"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<x>"], "its answer is no JSON"),
    ],
)
def test_answer_that_is_none_is_told_as_such(daemon: FakeDaemon, pieces: list[bytes], reason: str) -> None:
    with pytest.raises(Unreachable, match=reason):
        ask(daemon, Raw(pieces))


def test_answer_is_given_up_when_it_is_too_large(daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "BODY_LIMIT", 100)
    with pytest.raises(Unreachable, match="larger than 100 bytes"):
        ask(daemon, chunked([b"x" * 60, b"x" * 60]))


def test_request_ends_at_its_deadline_when_the_answer_trickles(daemon: FakeDaemon) -> None:
    def trickle() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"
        while True:
            yield b" "

    with pytest.raises(Unreachable, match=r"no answer within 0\.2 s"):
        ask(daemon, Raw(trickle()), within=0.2)


def test_deadline_holds_when_a_listener_never_answers(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "mute"))
        listener.listen()
        with pytest.raises(Unreachable, match=r"no answer within 0\.1 s"):
            list(Client(str(tmp_path / "mute"), 0.1).stream("/x"))


@pytest.mark.parametrize(
    ("path", "reason"),
    [("nowhere", "No such file or directory"), ("x" * 200, "too long"), ("nul\0", "null|NUL"), ("dead", "refused")],
)
def test_message_says_how_to_start_it_when_nothing_listens(path: str, reason: str) -> None:
    with socket.socket(socket.AF_UNIX) as closed:
        closed.bind("dead")
    with pytest.raises(Unreachable, match=f"(?i)cannot reach Sexton at .*{reason}.*; is it running\\?.*sexton run"):
        Client(path).get("/x")


@pytest.mark.skipif(os.geteuid() != 0, reason="changes the user")
def test_other_users_are_told_that_they_may_not(daemon: FakeDaemon) -> None:
    os.chmod(daemon.path, 0o600)
    os.chmod(os.path.dirname(daemon.path), 0o700)
    os.seteuid(65534)
    try:
        with pytest.raises(NotPermitted, match="not permitted"):
            Client(daemon.path).get("/x")
    finally:
        os.seteuid(0)


def test_stream_gives_each_piece(daemon: FakeDaemon) -> None:
    daemon.answers["GET /x"] = chunked([b"one\n", b"two\n"])
    assert b"".join(Client(daemon.path).stream("/x")) == b"one\ntwo\n"


def test_stream_ends_at_its_deadline_when_the_next_piece_does_not_come(daemon: FakeDaemon) -> None:
    over = Event()

    def stall() -> Iterator[bytes]:
        yield b"one\n"
        over.wait(PATIENCE)

    daemon.answers["GET /x"] = chunked(stall())
    stream = Client(daemon.path, 0.1).stream("/x")
    assert next(stream) == b"one\n"
    with pytest.raises(Unreachable, match=r"no answer within 0\.1 s"):
        next(stream)
    over.set()


def test_stream_says_so_when_it_is_cut_off(daemon: FakeDaemon) -> None:
    daemon.answers["GET /x"] = chunked([b"one\n"], complete=False)
    stream = Client(daemon.path).stream("/x")
    assert next(stream) == b"one\n"
    with pytest.raises(Unreachable, match="lost Sexton"):
        next(stream)


def test_stream_is_refused_as_any_request_is(daemon: FakeDaemon) -> None:
    with pytest.raises(Refused, match="no answer for /x"):
        list(Client(daemon.path).stream("/x"))


@settings(derandomize=True, max_examples=100)
@given(st.binary(max_size=20))
def test_quoting_is_reversible_whatever_the_name(name: bytes) -> None:
    from urllib.parse import unquote_to_bytes

    quoted = quote(name.decode("utf-8", "surrogateescape"))
    assert (unquote_to_bytes(quoted), quoted.isascii()) == (name, True)
    assert not set(quoted) & set("/?&#= \r\n")
