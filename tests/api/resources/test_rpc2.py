"""/RPC2 over HTTP: who may call what, for how long a call may take, and what is no call."""

import xmlrpc.client
from threading import Event

import pytest

from sexton.api.limits import LIMITS
from sexton.model.http import Http, Tokens
from sexton.model.units import MILLISECOND
from tests.api.harness import Client, Daemon, Got, Start
from tests.rpc.calls import read

OPEN = Http(("127.0.0.1", 0))
TOKENS = OPEN._replace(tokens=Tokens("control", "read"))


def post(client: Client, method: str, *params: object, path: str = "/RPC2", **headers: str) -> Got:
    body = xmlrpc.client.dumps(params, f"supervisor.{method}")  # type: ignore[arg-type]
    return raw(client, body.encode(), path, **headers)


def raw(client: Client, body: bytes, path: str = "/RPC2", **headers: str) -> Got:
    lines = [f"POST {path} HTTP/1.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in ({"Host": "localhost"} | headers).items()]
    client.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return client.read()


def test_calls_are_answered_one_after_the_other_on_one_connection(daemon: Daemon) -> None:
    daemon.control.fake_programs.put("web")
    with daemon.client() as client:
        for path in ("/RPC2", "/RPC2/", "/RPC2"):
            got = post(client, "getAllProcessInfo", path=path)
            assert (got.status, got.headers["content-type"]) == (200, "text/xml"), daemon.reports
            assert [each["name"] for each in read(got.body)] == ["web"]


def test_what_is_no_call_is_a_bad_request_and_the_next_one_is_answered(daemon: Daemon) -> None:
    with daemon.client() as client:
        assert raw(client, b"<methodCall>").status == 400
        assert raw(client, b"").status == 400
        assert read(post(client, "getVersion").body) == "3.0"
        assert client.ask("/RPC2").status == 405


def test_a_call_may_wait_longer_than_other_answers(start: Start) -> None:
    daemon = start(LIMITS._replace(answer=MILLISECOND))
    programs = daemon.control.fake_programs
    programs.put("web")
    begun, later = Event(), Event()
    programs.when_steered = begun.set
    with daemon.client() as client:
        body = xmlrpc.client.dumps(("web",), "supervisor.stopProcess").encode()
        client.send(b"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert begun.wait(20)
        daemon.call(lambda: daemon.loop.after(20 * MILLISECOND, later.set))
        assert later.wait(20)
        daemon.call(programs.held.pop())
        assert read(client.read().body) is True


def test_over_tcp_reading_is_free_here_and_changes_need_the_token(start: Start) -> None:
    daemon = start(http=TOKENS)
    with daemon.web() as client:
        assert read(post(client, "getVersion").body) == "3.0"
        assert post(client, "shutdown").status == 401
        assert post(client, "shutdown", Authorization="Bearer read").status == 403
        assert daemon.control.fake_programs.left == []
        assert read(post(client, "shutdown", Authorization="Bearer control").body) is True
    assert daemon.control.fake_programs.left == [False]


def test_clients_that_know_passwords_only_send_the_token_as_one(start: Start) -> None:
    daemon = start(http=TOKENS)
    with daemon.web() as client:
        assert post(client, "shutdown", Authorization="Basic YW55OmNvbnRyb2w=").status == 200  # any:control
        assert post(client, "shutdown", Authorization="Basic YW55OndyYXRo").status == 401
        assert post(client, "shutdown", Authorization="Basic ###").status == 401


def test_the_empty_password_that_some_clients_always_send_does_no_harm(start: Start) -> None:
    daemon = start(http=TOKENS)
    with daemon.web() as client:
        assert post(client, "getVersion", Authorization="Basic Og==").status == 200
        assert post(client, "shutdown", Authorization="Basic Og==").status == 401


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_site_changes_nothing(start: Start, headers: dict[str, str]) -> None:
    daemon = start(http=TOKENS)
    with daemon.web() as client:
        assert post(client, "shutdown", Authorization="Bearer control", **headers).status == 403
    assert daemon.control.fake_programs.left == []


def test_several_calls_need_the_token_when_one_of_them_does(start: Start) -> None:
    daemon = start(http=TOKENS)
    calls = [{"methodName": "supervisor.getPID", "params": []}, {"methodName": "supervisor.shutdown", "params": []}]
    body = xmlrpc.client.dumps((calls,), "system.multicall").encode()
    with daemon.web() as client:
        assert raw(client, body).status == 401
    assert daemon.control.fake_programs.left == []
