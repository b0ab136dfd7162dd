"""Events: a client that was cut off goes on where it was, also over a new start of Sexton."""

import json
from functools import partial

import pytest

from tests.api.harness import Daemon


def tell(daemon: Daemon, count: int) -> None:
    for number in range(count):
        daemon.call(partial(daemon.control.heard.add, 0, "info", f"event {number}", {}))


def first_heard(daemon: Daemon, path: str, **headers: str) -> int:
    """The number of the first event of a stream."""
    with daemon.client() as client:
        client.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n".encode())
        client.send("".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n")
        assert client.read_head()[0] == 200
        number, _, _ = client.read_chunk().partition(b"\n")
    return int(number.removeprefix(b"id: "))


@pytest.mark.parametrize(("last", "first"), [("2", 3), ("0", 1), ("4", 5), ("99", 1)])
def test_a_stream_goes_on_after_the_last_event_that_was_heard(daemon: Daemon, last: str, first: int) -> None:
    tell(daemon, 5)
    assert first_heard(daemon, "/api/v1/events?follow=1&after=1", **{"Last-Event-ID": last}) == first


def test_a_stream_begins_after_the_event_that_is_named_when_none_was_heard(daemon: Daemon) -> None:
    tell(daemon, 5)
    assert first_heard(daemon, "/api/v1/events?follow=1&after=3") == 4


def test_what_is_no_number_of_an_event_is_refused(daemon: Daemon) -> None:
    with daemon.client() as client:
        got = client.ask("/api/v1/events?follow=1", last_event_id="x1")
    assert (got.status, json.loads(got.body)["error"]["kind"]) == (400, "invalid")
