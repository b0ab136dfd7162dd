"""Requests to others: within a deadline, within bounds, and to no place that they may not reach."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sexton.net import addresses
from sexton.net.addresses import Address
from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured, TryLater, Undelivered
from sexton.net.http import LIMIT, Answer, Request, ask
from sexton.net.judge import judge, retry_after
from sexton.net.url import read_url
from tests.servers.badweb import BadWeb
from tests.servers.ca import Authority

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def web() -> Iterator[BadWeb]:
    with BadWeb() as server:
        yield server


def get(url: str, deadline: float = 10.0, **changes: Any) -> Answer:
    request = Request("POST", read_url(url), [("X-Mine", "é")], b"body", allow_private=True)
    return ask(request._replace(**changes), Deadline(deadline))


def outcome(url: str, deadline: float = 10.0) -> None:
    judge(get(url, deadline, headers=[]), "the server", NOW)


def test_a_request_arrives_as_it_is() -> None:
    with BadWeb() as web:
        answer = get(web.url("ok/pa%20th?q=1"), headers=[("X-Mine", "yes")])
        address = web.url("").removeprefix("http://").rstrip("/")
        (heard,) = web.requests
    assert (answer.status, answer.body) == (200, b"ok")
    assert (heard.method, heard.target, heard.body) == ("POST", "/ok/pa%20th?q=1", b"body")
    assert heard.headers["host"] == address
    assert heard.headers["x-mine"] == "yes"


@pytest.mark.parametrize("way", ["silent", "tarpit"])
def test_the_deadline_holds_however_slow_a_server_is(web: BadWeb, way: str) -> None:
    began = time.monotonic()
    with pytest.raises(TryLater, match=r"longer than the deadline of 0\.4 s"):
        outcome(web.url(way), 0.4)
    assert 0.3 < time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("garbage", "does not answer in HTTP"),
        ("huge", "does not answer in HTTP"),
        ("hints", "does not answer in HTTP: interim answers without end"),
        ("closes", "cut the connection before it answered"),
        ("half", "cut the connection before it answered"),
        ("broken", "answered 500: oops"),
        ("flaky", "answered 503: flaky"),
        ("endless", "answered 500: xxx"),
        ("later", "answered 429: slow down"),
    ],
)
def test_what_may_be_mended_is_for_another_time(way: str, said: str) -> None:
    with BadWeb() as web, pytest.raises(TryLater, match=said) as caught:
        outcome(web.url(way))
    assert caught.value.retry_after == (7.0 if way == "later" else None)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("refused", r"answered 403: <h1>no</h1> no entry$"),
        ("bomb", r"answered 400: "),
        ("redirect", r"answered 302: redirects are not followed"),
        ("loop", r"answered 307: redirects are not followed"),
    ],
)
def test_what_would_be_refused_again_is_refused_for_good(way: str, said: str) -> None:
    with BadWeb() as web:
        with pytest.raises(Undelivered, match=said) as caught:
            outcome(web.url(way))
        assert web.connections == 1
    assert not isinstance(caught.value, TryLater)


def test_no_more_of_an_answer_is_kept_than_the_limit(web: BadWeb) -> None:
    assert len(get(web.url("endless"), headers=[]).body) == LIMIT
    assert len(get(web.url("bomb"), headers=[]).body) == LIMIT


def test_a_status_that_says_yes_is_not_undone_by_a_slow_body(web: BadWeb) -> None:
    outcome(web.url("slowbody"), 0.5)


def test_a_flaky_server_takes_it_in_the_end() -> None:
    with BadWeb() as web:
        with pytest.raises(TryLater):
            outcome(web.url("flaky"))
        outcome(web.url("flaky"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"])
def test_this_machine_is_not_reached_unless_that_is_allowed(web: BadWeb, host: str) -> None:
    before = web.connections
    with pytest.raises(Misconfigured, match="no public address; allow_private = true"):
        get(web.url("ok", host), allow_private=False)
    assert web.connections == before


@pytest.mark.parametrize(
    "ip",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255",
        "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::", "ff02::1", "2002:7f00:1::1", "64:ff9b:1::1",
        "64:ff9b::a00:1", "::127.0.0.1", "::1", "::a9fe:a9fe", "fec0::1", "feff::1",
    ],
)  # fmt: skip
def test_no_address_that_is_not_public_is_reached(ip: str) -> None:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with pytest.raises(Misconfigured, match="is no public address"):
        addresses.only_public("x", [Address(family, (ip, 80))])


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_reached(ip: str) -> None:
    only = [Address(socket.AF_INET, (ip, 80))]
    assert addresses.only_public("x", [*only, Address(socket.AF_INET, ("10.0.0.1", 80))]) == only


def test_tls_is_verified(tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = Authority(tmp_path_factory.mktemp("ca"), "localhost")
    with BadWeb(authority.serving) as web:
        assert get(web.url("ok", "localhost"), headers=[], ca=authority.ca).status == 200
        with pytest.raises(TryLater, match="cannot trust localhost"):
            get(web.url("ok", "localhost"), headers=[])
        with pytest.raises(TryLater, match=r"cannot trust 127\.0\.0\.1"):
            get(web.url("ok"), headers=[], ca=authority.ca)
    assert len(web.requests) == 1


def test_a_login_in_a_url_is_sent_and_not_a_part_of_the_place() -> None:
    with BadWeb() as web:
        get(web.url("ok", "us%40r:p%C3%A4ss@127.0.0.1"), headers=[])
        (heard,) = web.requests
    assert heard.headers["authorization"] == "Basic dXNAcjpww6Rzcw=="
    assert "@" not in heard.headers["host"]


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("https://example.com", "example.com", "/"),
        ("https://example.com:443/a?b=c#d", "example.com", "/a?b=c"),
        ("http://exämple.com:8080/ä b".replace(" ", "%20"), "xn--exmple-cua.com:8080", "/%C3%A4%20b"),
        ("http://[::1]:80/", "[::1]", "/"),
    ],
)
def test_a_url_is_taken_apart(url: str, authority: str, target: str) -> None:
    assert (read_url(url).authority, read_url(url).target) == (authority, target)


@pytest.mark.parametrize("url", ["ftp://x", "x", "http://a b", "http://a\r\nX: y", "http://x:99999/", "file:///etc"])
def test_what_is_no_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        read_url(url)
    assert url not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 02 Mar 2026 07:01:30 GMT", 90.0),
        ("Mon, 02 Mar 2026 06:00:00 GMT", 0.0),
        ("999999999999", 86_400.0),
        ("soon", None),
        ("-1", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds
