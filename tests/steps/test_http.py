"""The step `http`: what is sent, which answers are a success, and what becomes of them."""

import os
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sexton.config.steps.http import Options
from sexton.model.units import SECOND
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from sexton.steps.http import run
from sexton.steps.manifest import Manifest
from sexton.steps.options import read_options
from sexton.steps.work import Work
from tests.servers.badweb import BadWeb, answer
from tests.servers.ca import Authority
from tests.servers.mouth import Mouth
from tests.servers.web import Page, Web, cut, head, raw, status, until_gone
from tests.steps.doing import Remembering, entry, tree, work, written
from tests.steps.dying import dies_at


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


def called(of: Work, url: str, **told: Any) -> Manifest:
    """What a call hands on, with options as a plan has them."""
    return run(read_options("http", {"url": url, "deadline": "20s", **told}, of.fire_time), of)


def test_an_answer_is_counted_and_what_came_is_handed_on(tmp_path: Path, web: Web) -> None:
    web.pages["/done?day=2026-11-22"] = Page(b"fine")
    report = Remembering()
    of = work(tmp_path, entry(written(tmp_path / "a.csv", "a")), report=report)
    assert called(of, web.url("/done?day=%Y-%m-%d")) == of.input
    assert report.counts == {"bytes": 4}
    assert report.summaries == {"answer": "200 OK"}
    assert [(asked.method, asked.body) for asked in web.asked] == [("GET", b"")]


@pytest.mark.parametrize(
    ("told", "method", "kind", "body"),
    [
        ({"body": "größe"}, "POST", "text/plain; charset=utf-8", "größe".encode()),
        (
            {"body": {"rows": 3, "of": ["ä", None]}},
            "POST",
            "application/json",
            '{"rows": 3, "of": ["ä", null]}'.encode(),
        ),
        ({"body": "<a/>", "headers": {"content-type": "text/xml"}, "method": "PUT"}, "PUT", "text/xml", b"<a/>"),
        ({"method": "DELETE"}, "DELETE", "", b""),
        ({"file": "FILE"}, "POST", "application/octet-stream", bytes(700_000)),
        ({"body": ""}, "POST", "text/plain; charset=utf-8", b""),
    ],
)
def test_what_is_told_is_sent(
    tmp_path: Path, web: Web, told: dict[str, Any], method: str, kind: str, body: bytes
) -> None:
    web.pages["/"] = status("204 No Content")
    if "file" in told:
        told = {"file": str(written(tmp_path / "big.bin", bytes(700_000)))}
    called(work(tmp_path), web.url("/"), **told)
    (asked,) = web.asked
    assert (asked.method, asked.header("Content-Type"), asked.body) == (method, kind, body)
    assert asked.header("Content-Length") == str(len(body))
    assert asked.headers.get_all("Idempotency-Key") == ["j.1.01-step.20261122T080000.000000"]


def test_who_asks_is_told_and_a_key_of_ones_own_is_kept(tmp_path: Path, web: Web) -> None:
    web.pages["/"] = status("200 OK")
    called(work(tmp_path), web.url("/"), token="t", body="a", headers={"idempotency-key": "mine"})
    called(work(tmp_path), web.url("/"), username="u", password="p")
    assert [asked.header("Authorization") for asked in web.asked] == ["Bearer t", "Basic dTpw"]
    assert web.asked[0].headers.get_all("Idempotency-Key") == ["mine"]


@pytest.mark.parametrize(
    ("line", "expect", "error", "said"),
    [
        ("400 Bad Request", None, StepError, r"cannot call http://127\.0\.0\.1:\d+/a: 400 Bad Request: no such day"),
        ("401 Unauthorized", None, NotPermitted, "401"),
        ("429 Too Many Requests", None, Temporary, "429"),
        ("503 Service Unavailable", None, Temporary, "503"),
        ("200 OK", [202, 204], StepError, "200 OK"),
        ("304 Not Modified", None, StepError, "304 Not Modified"),
    ],
)
def test_an_answer_that_is_not_expected_fails_with_what_it_says(
    tmp_path: Path, web: Web, line: str, expect: list[int] | None, error: type[StepError], said: str
) -> None:
    web.pages["/a"] = raw(head(line, Content_Length="14") + b"no such\r\n\x1bday.")
    with pytest.raises(StepError, match=said) as caught:
        called(work(tmp_path), web.url("/a"), **({"expect": expect} if expect else {}))
    assert type(caught.value) is error


def test_an_answer_that_is_expected_is_a_success_whatever_it_is(tmp_path: Path, web: Web) -> None:
    web.pages["/gone"] = status("410 Gone")
    web.pages["/moved"] = status("302 Found", Location="/elsewhere")
    called(work(tmp_path), web.url("/gone"), expect=[200, 410])
    called(work(tmp_path), web.url("/moved"), expect=302)
    assert [asked.path for asked in web.asked] == ["/gone", "/moved"]


def test_an_answer_becomes_a_file_that_is_handed_on(tmp_path: Path, web: Web) -> None:
    web.pages["/report.csv?x=1"] = Page(b"1,2\n")
    of = work(tmp_path, entry(written(tmp_path / "a.csv", "a")))
    handed = called(of, web.url("/report.csv?x=1"), into=f"{tmp_path}/in/%Y")
    assert handed.files == (*of.input.files, entry(tmp_path / "in/2026/report.csv"))
    assert tree(tmp_path / "in") == {"2026/report.csv": b"1,2\n"}


def test_an_answer_goes_over_no_other_file(tmp_path: Path, web: Web) -> None:
    written(tmp_path / "in/day-22.json", "another")
    web.pages["/"] = Page(b"{}")
    (got,) = called(work(tmp_path), web.url("/"), into=f"{tmp_path}/in", filename="day-%d.json").files
    assert got == entry(tmp_path / "in/day-22-2.json")
    assert tree(tmp_path / "in") == {"day-22.json": b"another", "day-22-2.json": b"{}"}


def test_an_answer_that_is_in_its_place_is_not_asked_for_again(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    web.pages["/a"] = Page(b"1")
    first = called(work(tmp_path), web.url("/a"), into=f"{tmp_path}/in")
    web.pages["/a"] = Page(b"2")
    assert called(work(tmp_path), web.url("/a"), into=f"{tmp_path}/in") == first
    assert f"kept {tmp_path}/in/a of an earlier attempt\n" in capsys.readouterr().out
    os.unlink(tmp_path / "in/a")
    called(work(tmp_path), web.url("/a"), into=f"{tmp_path}/in")
    assert tree(tmp_path / "in") == {"a": b"2"}


def test_wherever_it_is_killed_the_next_attempt_ends_with_one_whole_file(tmp_path: Path, web: Web) -> None:
    web.pages["/a"] = Page(b"1")
    for point in count(1):
        place = tmp_path / str(point)
        of, into = work(place), f"{place}/in"
        was_killed = dies_at(point, lambda of=of, into=into: called(of, web.url("/a"), into=into))  # type: ignore[misc]
        (got,) = called(of, web.url("/a"), into=into).files
        assert got == entry(place / "in/a")
        assert tree(place / "in") == {"a": b"1"}
        if not was_killed:
            break
    assert point > 10


@pytest.mark.parametrize("filename", ["../a", "/etc/a", "a\nb", ".."])
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_asked(
    tmp_path: Path, web: Web, filename: str
) -> None:
    with pytest.raises(Misconfigured, match="cannot save the answer"):
        called(work(tmp_path), web.url("/a"), into=str(tmp_path), filename=filename)
    with pytest.raises(Misconfigured, match="`filename` can be another"):
        called(work(tmp_path), web.url("/folder/"), into=str(tmp_path))
    assert web.asked == []


@pytest.mark.parametrize("into", [True, False])
def test_an_answer_that_is_too_large_cut_or_encoded_leaves_nothing(tmp_path: Path, web: Web, into: bool) -> None:
    more: dict[str, Any] = {"into": str(tmp_path / "in")} if into else {}
    web.pages["/said"] = Page(bytes(2001))
    web.pages["/endless"] = until_gone(head("200 OK"), b"x" * 1000)
    web.pages["/cut"] = cut(Page(bytes(1000)), after=10)
    for path in ("/said", "/endless"):
        with pytest.raises(StepError, match="larger than `max_size`, 2,000 bytes"):
            called(work(tmp_path), web.url(path), max_size="2kB", **more)
    with pytest.raises(Temporary, match="ended 990 bytes too soon"):
        called(work(tmp_path), web.url("/cut"), **more)
    assert tree(tmp_path / "in") == {}


def test_an_encoding_that_was_not_asked_for_is_refused(tmp_path: Path, web: Web) -> None:
    web.pages["/a"] = raw(head("200 OK", Content_Encoding="gzip", Content_Length="1") + b"x")
    with pytest.raises(StepError, match="gzip"):
        called(work(tmp_path), web.url("/a"), into=str(tmp_path / "in"))


def test_a_request_is_followed_only_where_it_stays_the_same(tmp_path: Path, web: Web) -> None:
    web.pages["/same"] = status("307 Temporary Redirect", Location="/done")
    web.pages["/result"] = status("303 See Other", Location="/done")
    web.pages["/moved"] = status("301 Moved Permanently", Location="/done")
    web.pages["/other"] = status("308 Permanent Redirect", Location="http://127.0.0.1:1/")
    web.pages["/done"] = status("200 OK")
    called(work(tmp_path), web.url("/same"), body="a")
    called(work(tmp_path), web.url("/result"), body="a")
    sent = [(asked.path, asked.method, asked.body) for asked in web.asked]
    assert sent == [
        ("/same", "POST", b"a"),
        ("/done", "POST", b"a"),
        ("/result", "POST", b"a"),
        ("/done", "GET", b""),
    ]
    with pytest.raises(StepError, match=r"301 Moved Permanently to http.*/done; write that address instead"):
        called(work(tmp_path), web.url("/moved"), body="a")
    with pytest.raises(NotPermitted, match="redirected to another server"):
        called(work(tmp_path), web.url("/other"), body="a")


def test_a_secret_goes_over_plain_http_only_by_leave(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match=r"cannot call http://example\.com/: headers or a password over plain http"):
        called(work(tmp_path), "http://example.com/", token="t")


def test_a_certificate_is_verified(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    with BadWeb(authority.serving) as server:
        with pytest.raises(NotPermitted, match="not to be trusted"):
            called(work(tmp_path), server.url("ok", "localhost"))
        called(work(tmp_path), server.url("ok", "localhost"), ca=authority.ca)


@pytest.mark.parametrize("way", ["silent", "tarpit", "slowbody"])
def test_all_of_it_has_one_deadline(tmp_path: Path, way: str) -> None:
    with BadWeb() as server, pytest.raises(Temporary, match=r"the deadline of 0.3 s has passed"):
        run(Options(server.url(way), deadline=3 * SECOND // 10), work(tmp_path))


@pytest.mark.parametrize("way", ["garbage", "closes", "half", "huge", "hints"])
def test_what_is_no_answer_is_an_error(tmp_path: Path, way: str) -> None:
    with BadWeb() as server, pytest.raises(StepError, match=r"cannot (call|read)"):
        run(Options(server.url(way), deadline=10 * SECOND), work(tmp_path))


def test_what_a_server_says_before_it_has_all_is_heard(tmp_path: Path) -> None:
    big = str(written(tmp_path / "big", bytes(50_000_000)))
    with Mouth(_refuse_soon) as server, pytest.raises(StepError, match="413 Too Large: at most 10"):
        called(work(tmp_path), f"http://127.0.0.1:{server.port}/", file=big)


def _refuse_soon(_: Mouth, connection: socket.socket) -> None:
    connection.recv(65536)
    answer(connection, "413 Too Large", b"at most 10 MB")


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"method": "get it"}, "a method such as GET"),
        ({"method": "CONNECT"}, "cannot be used"),
        ({"body": 7}, "7 is a number; a string is meant, or a table"),
        ({"body": {"a": float("nan")}}, "which JSON has not"),
        ({"expect": 100}, "100 is out of range"),
        ({"expect": []}, "the list is empty"),
        ({"body": "a", "file": "b"}, "exclude each other"),
        ({"body": "a", "method": "GET"}, "a GET brings nothing"),
        ({"filename": "a"}, "write that, too"),
        ({"file": "/dev/null"}, "no regular file"),
        ({"url": "ftp://host/"}, "https://HOST/"),
    ],
)
def test_what_does_not_go_together_is_said(tmp_path: Path, told: dict[str, Any], reason: str) -> None:
    with pytest.raises(Misconfigured, match=reason):
        called(work(tmp_path), **{"url": "http://127.0.0.1:1/", **told})
