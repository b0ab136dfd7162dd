"""Apprise delivers to what it knows."""

import json
import logging
import sys

import pytest

from sexton.net.errors import Misconfigured
from sexton.sinks.apprise import _Heard, deliver
from tests.servers.badweb import BadWeb
from tests.sinks.orders import carry_out, order


@pytest.fixture(scope="module", autouse=True)
def _apprise() -> None:
    pytest.importorskip("apprise")


def test_apprise_delivers_title_facts_and_log() -> None:
    with BadWeb() as web:
        ended = carry_out(order("apprise", {"urls": [web.url("ok").replace("http", "json")]}))
        (heard,) = web.requests
    assert (ended.code, ended.facts) == (0, {})
    body = json.loads(heard.body)
    assert (body["title"], body["type"]) == ("ingest failed: exited with code 3", "failure")
    assert "Exit code: 3" in body["message"]
    assert "no such file" in body["message"]


def test_what_apprise_cannot_deliver_is_for_another_time() -> None:
    with BadWeb() as web:
        ended = carry_out(order("apprise", {"urls": [web.url("broken/s3cr3t").replace("http", "json")]}))
    assert ended.code == 75
    assert ended.said.startswith("Apprise could not deliver it to all of its addresses: ")
    assert "500" in ended.said
    assert "s3cr3t" not in ended.said


def test_nothing_of_an_address_is_in_the_reason_why_it_was_not_reached() -> None:
    with BadWeb() as web:
        host = web.url("").partition("://")[2].strip("/")
    ended = carry_out(order("apprise", {"urls": [f"json://joe:p%40ssw0rd@{host}/k3y-k3y/Tok3n?to=s3cr3t"]}))
    assert ended.code == 75
    assert "onnection" in ended.said
    assert [word for word in ("p@ssw0rd", "ssw0rd", "k3y", "Tok3n", "s3cr3t", host) if word in ended.said] == []


def test_a_key_is_taken_out_however_it_is_written() -> None:
    heard = _Heard()
    for said in ("no TOKEN%2FA-1 here", "refused: token/a-1", "refused: token/a-1", "the end\n"):
        heard.emit(logging.makeLogRecord({"msg": said, "levelno": logging.WARNING}))
    assert heard.without(["slack://Token%2FA-1/chan"]) == "no … here; refused: …; the end"


def test_the_extra_is_named_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Misconfigured, match=r"install sexton\[apprise\]"):
        deliver(order("apprise", {"urls": ["json://x"]}))


def test_an_address_that_is_none_is_a_matter_of_configuration() -> None:
    ended = carry_out(order("apprise", {"urls": ["s3cr3t://x"]}))
    assert (ended.code, ended.said) == (78, "address 1 is none that Apprise knows")


def test_the_deadline_holds_for_apprise_too() -> None:
    with BadWeb() as web:
        ended = carry_out(order("apprise", {"urls": [web.url("tarpit").replace("http", "json")]}, deadline=1.0))
    assert (ended.code, ended.said) == (75, "it took longer than the deadline of 1 s")
