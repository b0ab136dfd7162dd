"""Who may do what over TCP, asked over a real connection: each rule with a request that must pass and one that must
not."""

import json
from collections.abc import Callable

import pytest

from sexton.api.doors.access import TcpRule, equal, host_of
from sexton.api.doors.throttle import Throttle
from sexton.api.request import Remote, Request
from sexton.model.errors import Refused
from sexton.model.http import Http, Tokens
from tests.api.hands import HandClock
from tests.api.harness import Daemon, Got, Start
from tests.api.harness import request as written

Make = Callable[..., Daemon]
CONTROL, READ = "control-token-of-tests", "read-token-of-tests"
BOTH = Tokens(CONTROL, READ)
INFO, TRIGGER = "/api/v1/info", "/api/v1/jobs/ingest/trigger"
LOCAL = ("127.0.0.1", 0)


@pytest.fixture
def open_door(start: Start) -> Make:
    def begin(tokens: Tokens = BOTH, hosts: tuple[str, ...] = ()) -> Daemon:
        return start(http=Http(LOCAL, frozenset(hosts), tokens))

    return begin


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def kind(got: Got) -> str:
    return str(json.loads(got.body)["error"]["kind"])


def triggered(daemon: Daemon) -> bool:
    return ("trigger", "ingest") in daemon.control.asked


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8470", "localhost", "LOCALHOST:1", "[::1]:8470", "192.0.2.7", "mine.example"]
)
def test_reading_on_loopback_is_free_under_a_known_host(open_door: Make, host: str) -> None:
    with open_door(Tokens(), hosts=("mine.example",)).web() as client:
        assert client.ask(INFO, host=host).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8470", "", "[evil]"]
)
def test_a_name_that_was_rebound_to_loopback_reads_nothing(open_door: Make, host: str) -> None:
    with open_door(Tokens()).web() as client:
        got = client.ask(INFO, host=host)
    assert (got.status, kind(got)) == (403, "forbidden")


def test_the_host_of_an_absolute_target_counts_and_not_the_header(open_door: Make) -> None:
    with open_door(Tokens()).web() as client:
        assert client.ask(f"http://evil.example{INFO}", host="localhost").status == 403
        assert client.ask(f"http://localhost{INFO}", host="evil.example").status == 200


def test_an_unknown_host_is_no_matter_to_whoever_has_a_token(open_door: Make) -> None:
    with open_door().web() as client:
        refused = client.ask(INFO, host="evil.example")
        assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Bearer realm="sexton"')
        assert client.ask(INFO, host="evil.example", **bearer(READ)).status == 200
        assert client.ask(INFO, host="evil.example", **bearer(CONTROL)).status == 200


def asked_from_afar(tokens: Tokens, **headers: str) -> str:
    """What another machine is refused with when it wants to read, under a Host that is known; "" when it may."""
    rule = TcpRule(Http(LOCAL, frozenset(), tokens), Throttle(HandClock(), lambda said: None))
    lines = [(b"host", b"192.0.2.7"), *((name.encode(), value.encode()) for name, value in headers.items())]
    request = Request("GET", INFO.encode(), headers=lines, remote=Remote("192.0.2.1", False))
    try:
        rule(request, False)
    except Refused as reason:
        return reason.kind
    return ""


def test_reading_from_another_machine_needs_a_token() -> None:
    assert asked_from_afar(BOTH) == "unauthorized"
    assert asked_from_afar(BOTH, **bearer("wrong")) == "unauthorized"
    assert asked_from_afar(Tokens()) == "forbidden"
    assert asked_from_afar(BOTH, **bearer(READ)) == asked_from_afar(BOTH, **bearer(CONTROL)) == ""
    assert asked_from_afar(Tokens(control=CONTROL), **bearer(READ)) == "unauthorized"


def test_a_change_needs_the_control_token(open_door: Make) -> None:
    daemon = open_door()
    with daemon.web() as client:
        assert client.ask(TRIGGER, "POST").status == 401
        assert client.ask(TRIGGER, "POST", **bearer("wrong")).status == 401
        got = client.ask(TRIGGER, "POST", **bearer(READ))
        assert (got.status, kind(got)) == (403, "forbidden")
        assert not triggered(daemon)
        assert client.ask(TRIGGER, "POST", **bearer(CONTROL)).status == 202
    assert triggered(daemon)


def test_nothing_can_be_changed_over_tcp_when_there_is_no_control_token(open_door: Make) -> None:
    daemon = open_door(Tokens(read=READ))
    with daemon.web() as client:
        assert client.ask(TRIGGER, "POST").status == 403
        assert client.ask(TRIGGER, "POST", authorization="Bearer ").status == 403
        assert client.ask(TRIGGER, "POST", **bearer(READ)).status == 403
    assert not triggered(daemon)


def test_the_unix_socket_needs_neither_token_nor_host(open_door: Make) -> None:
    with open_door().client() as client:
        assert client.ask(TRIGGER, "POST", host="evil.example", origin="http://evil.example").status == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
        {"origin": "file://localhost"},
        {"origin": "http://evil.example", "content_type": "text/plain"},  # what no browser asks leave for
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing_even_with_the_token(open_door: Make, headers: dict[str, str]) -> None:
    daemon = open_door()
    with daemon.web() as client:
        got = client.ask(TRIGGER, "POST", **headers, **bearer(CONTROL))
    assert (got.status, kind(got), triggered(daemon)) == (403, "forbidden", False)


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:8470", "origin": "http://localhost:8470", "sec_fetch_site": "same-origin"},
        {"host": "box.example", "origin": "https://box.example"},
        {"host": "127.0.0.1:8470", "origin": "https://proxy.example"},
    ],
)
def test_our_own_pages_may_change_things(open_door: Make, headers: dict[str, str]) -> None:
    with open_door(hosts=("proxy.example",)).web() as client:
        assert client.ask(TRIGGER, "POST", **headers, **bearer(CONTROL)).status == 202


def test_no_get_changes_anything(open_door: Make) -> None:
    daemon = open_door()
    with daemon.web() as client:
        assert client.ask(TRIGGER, **bearer(CONTROL)).status == 405
        assert client.ask(TRIGGER, x_http_method_override="POST", **bearer(CONTROL)).status == 405
    assert not triggered(daemon)


@pytest.mark.parametrize("name", ["token", "access_token"])
def test_a_token_in_the_address_is_refused(open_door: Make, name: str) -> None:
    daemon = open_door()
    with daemon.web() as client:
        got = client.ask(f"{INFO}?{name}={CONTROL}")
        assert (got.status, "ends up in logs" in got.body.decode()) == (400, True)
        assert client.ask(f"{TRIGGER}?{name}={CONTROL}", "POST").status == 401
    assert not triggered(daemon)


@pytest.mark.parametrize("value", ["Basic dTpw", CONTROL, f"Token {CONTROL}", f"Bearer{CONTROL}", f"Bearer {CONTROL}x"])
def test_what_is_no_bearer_token_is_none(open_door: Make, value: str) -> None:
    with open_door().web() as client:
        assert client.ask(TRIGGER, "POST", authorization=value).status == 401


def test_two_headers_that_disagree_are_nobodys_word(open_door: Make) -> None:
    daemon = open_door()
    double = f"Authorization: Bearer {CONTROL}\r\nAuthorization: Bearer x\r\n\r\n".encode()
    with daemon.web() as client:
        client.send(written(TRIGGER, "POST")[:-2] + double)
        assert client.read().status == 400
        client.send(written(TRIGGER, "POST", **bearer(CONTROL))[:-2] + b"Origin: http://localhost\r\nOrigin: x\r\n\r\n")
        assert client.read().status == 400
    with daemon.web() as client:
        client.send(written(INFO)[:-2] + b"Host: evil.example\r\n\r\n")
        assert client.read().status == 400
    assert not triggered(daemon)


def test_a_request_that_two_servers_would_cut_differently_is_refused(open_door: Make) -> None:
    daemon = open_door()
    smuggled = written(TRIGGER, "POST", **bearer(CONTROL))
    head = written(INFO, "POST")[:-2] + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(smuggled)
    with daemon.web() as client:
        client.send(head + b"0\r\n\r\n" + smuggled)
        assert client.read().status == 400
        assert client.at_end()
    assert not triggered(daemon)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_the_probes_need_neither_token_nor_host(open_door: Make, path: str) -> None:
    with open_door().web() as client:
        assert client.ask(path, host="evil.example").status == 200
        assert client.ask(f"{path}?verbose", host="evil.example").status == 401
        assert client.ask(f"{path}?verbose", host="evil.example", **bearer(READ)).status == 200


def test_every_answer_guards_against_other_sites(open_door: Make) -> None:
    with open_door().web() as client:
        answers = [client.ask(path) for path in ("/livez", "/health", INFO, "/nowhere", f"{INFO}?token=x")]
        answers.append(client.ask(TRIGGER, "POST"))
    for got in answers:
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["cache-control"] == "no-store"
        assert got.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert got.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in got.headers


def test_guessing_ends_in_refusals_and_locks_nobody_out(open_door: Make) -> None:
    daemon = open_door()
    with daemon.web() as client:
        assert [client.ask(TRIGGER, "POST", **bearer(f"guess-{n}")).status for n in range(10)] == [401] * 10
        got = client.ask(TRIGGER, "POST", **bearer("guess-11"))
        assert (got.status, got.headers["retry-after"]) == (429, "60")
        assert not triggered(daemon)
        assert client.ask(TRIGGER, "POST", **bearer(CONTROL)).status == 202
        assert client.ask(INFO).status == 200  # needs none
    assert triggered(daemon)
    assert daemon.reports == ["10 wrong tokens from 127.0.0.1 within a minute; is somebody guessing?"]


@pytest.mark.parametrize("path", [INFO, "/health", "/livez?verbose"])
def test_a_wrong_token_is_refused_also_where_none_is_needed(open_door: Make, path: str) -> None:
    with open_door().web() as client:
        assert client.ask(path, **bearer("wrong")).status == 401
        assert [client.ask(path, **headers).status for headers in ({}, bearer(READ), bearer(CONTROL))] == [200] * 3


def test_wrong_tokens_count_also_where_none_is_needed(open_door: Make) -> None:
    with open_door().web() as client:
        assert [client.ask(INFO, **bearer("wrong")).status for _ in range(11)] == [401] * 10 + [429]


def test_no_token_is_wrong_where_there_are_none(open_door: Make) -> None:
    with open_door(Tokens()).web() as client:
        assert client.ask(INFO, **bearer("whatever")).status == 200


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("a", "a"),
        ("a:1", "a"),
        ("a.:1", "a"),
        ("[::1]", "::1"),
        ("[::1]:1", "::1"),
        ("[::1", "::1"),
        ("", ""),
        (":1", ""),
    ],
)
def test_the_host_is_told_from_its_port(authority: str, host: str) -> None:
    assert host_of(authority) == host


@pytest.mark.parametrize(
    ("given", "known", "same"),
    [
        ("abc", "abc", True),
        ("abd", "abc", False),
        ("xbc", "abc", False),
        ("ab", "abc", False),
        ("", "", False),
        ("é", "?", False),
    ],
)
def test_tokens_are_equal_when_every_character_is(given: str, known: str, same: bool) -> None:
    assert equal(given, known) is same
