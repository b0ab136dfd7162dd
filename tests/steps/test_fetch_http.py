"""The step `fetch` and web servers: good ones, and ones that cut, lie, drip, redirect and never end."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from sexton.model.units import SECOND
from sexton.steps import fetch
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary
from tests.servers.web import Answer, Page, Web, cut, head, raw, status, until_gone
from tests.steps.doing import Remembering, tree, work
from tests.steps.fetch_doing import counted, fetched, names, options

DATE = "Sat, 21 Nov 2026 08:00:00 GMT"
TEXT = bytes(range(256)) * 4096


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def safe(authority: trustme.CA) -> Iterator[Web]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with Web(context) as server:
        yield server


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def test_a_file_is_fetched_under_the_last_part_of_its_path(tmp_path: Path, web: Web) -> None:
    web.pages["/data/gr%C3%B6%C3%9Fe%20a.csv?day=1"] = Page(b"a")
    given = options(tmp_path, web.url("/data/gr%C3%B6%C3%9Fe%20a.csv?day=1"))
    assert names(fetched(given, work(tmp_path))) == ["größe a.csv"]
    assert tree(tmp_path / "into") == {"größe a.csv": b"a"}


@pytest.mark.parametrize(
    "page", [Page(b"a"), Page(b"a", tag='W/"1"'), Page(b"a", tag="", modified=DATE), Page(b"a", "")]
)
def test_a_file_is_not_new_when_the_server_or_its_content_says_so(tmp_path: Path, web: Web, page: Page) -> None:
    web.pages["/a"] = page
    given = options(tmp_path, web.url("/a"))
    assert counted(given, tmp_path, "1") == {"fetched": 1, "bytes": 1}
    assert counted(given, tmp_path, "2") == {"unchanged": 1}
    assert web.asked[1].header("If-None-Match") == page.tag
    assert web.asked[1].header("If-Modified-Since") == page.modified
    web.pages["/a"] = Page(b"b", tag='"2"')
    assert counted(given, tmp_path, "3") == {"fetched": 1, "bytes": 1}


@pytest.mark.parametrize("page", [Page(TEXT), Page(TEXT, tag="", modified=DATE)])
def test_a_cut_download_goes_on_where_it_ended(tmp_path: Path, web: Web, page: Page) -> None:
    web.pages["/a"] = cut(page, after=300_000, times=3)
    fetched(options(tmp_path, web.url("/a")), work(tmp_path))
    assert tree(tmp_path / "into") == {"a": TEXT}
    assert [each.header("Range") for each in web.asked] == ["", "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_the_next_attempt_goes_on_when_a_server_fails_in_between(tmp_path: Path, web: Web) -> None:
    given, of = options(tmp_path, web.url("/a")), work(tmp_path)
    web.pages["/a"] = cut(Page(TEXT), after=300_000)
    web.pages["/a"] = _then(web.pages["/a"], status("503 Service Unavailable"), Page(TEXT))
    with pytest.raises(Temporary, match="503 Service Unavailable"):
        fetch.run(given, of)
    fetch.run(given, of)
    assert tree(tmp_path / "into") == {"a": TEXT}
    assert web.asked[2].header("Range") == "bytes=300000-"


def test_a_download_begins_anew_when_the_file_became_another(tmp_path: Path, web: Web) -> None:
    web.pages["/a"] = _then(cut(Page(TEXT), after=1000), Page(b"another", tag='"2"'))
    fetched(options(tmp_path, web.url("/a")), work(tmp_path))
    assert tree(tmp_path / "into") == {"a": b"another"}


@pytest.mark.parametrize(
    "wrong",
    [
        head("206 Partial Content", ETag='"1"', Content_Range="bytes 5-1048575/1048576", Content_Length="3") + b"abc",
        head("206 Partial Content", ETag='"2"', Content_Range="bytes 1000-1002/1003", Content_Length="3") + b"abc",
        head("206 Partial Content", ETag='"1"', Content_Length="3") + b"abc",
        head("416 Range Not Satisfiable", Content_Length="0"),
    ],
)
def test_a_download_begins_anew_when_the_server_goes_on_wrongly(tmp_path: Path, web: Web, wrong: bytes) -> None:
    web.pages["/a"] = _then(cut(Page(TEXT), after=1000), raw(wrong), Page(TEXT))
    fetched(options(tmp_path, web.url("/a")), work(tmp_path))
    assert tree(tmp_path / "into") == {"a": TEXT}


@pytest.mark.parametrize("page", [Page(TEXT, ranges=False), Page(TEXT, tag='W/"1"'), Page(TEXT, tag="")])
def test_the_next_attempt_is_asked_for_when_a_server_that_cannot_go_on_cuts(
    tmp_path: Path, web: Web, page: Page
) -> None:
    web.pages["/a"] = cut(page, after=1000, times=2)
    with pytest.raises(Temporary, match="it ended after 1,000 of 1,048,576 bytes"):
        fetch.run(options(tmp_path, web.url("/a")), work(tmp_path))
    web.pages["/a"] = page
    fetch.run(options(tmp_path, web.url("/a")), work(tmp_path))
    assert tree(tmp_path / "into") == {"a": TEXT}


def test_a_cut_is_noticed_in_pieces_too(tmp_path: Path, web: Web) -> None:
    web.pages["/a"] = raw(head("200 OK", Transfer_Encoding="chunked") + b"5\r\nhello\r\n5\r\nwor")
    with pytest.raises(Temporary, match="it was cut"):
        fetch.run(options(tmp_path, web.url("/a")), work(tmp_path))
    assert set(tree(tmp_path / "into")) <= {name for name in tree(tmp_path / "into") if name.startswith(".sexton-")}


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        (status("404 Not Found"), StepError, "404 Not Found"),
        (status("401 Unauthorized"), NotPermitted, "401"),
        (status("403 Forbidden"), NotPermitted, "403"),
        (status("429 Too Many Requests"), Temporary, "429"),
        (status("500 Oops"), Temporary, "500"),
        (status("204 No Content"), StepError, "204"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), StepError, "BadStatusLine"),
        (raw(b""), Temporary, "RemoteDisconnected"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n"), StepError, "HTTPException"),
        (raw(head("200 OK", Content_Encoding="gzip", Content_Length="1") + b"x"), StepError, "encoded as 'gzip'"),
        (raw(head("304 Not Modified")), StepError, "304"),
        (raw(head("206 Partial Content", Content_Length="1") + b"x"), StepError, "206 was not asked for"),
        (status("302 Found", Location="/a"), StepError, "redirected again and again"),
        (status("302 Found", Location="file:///etc/passwd"), NotPermitted, "other than http"),
        (status("302 Found", Location="ftp://127.0.0.1/a"), NotPermitted, "other than http"),
        (status("302 Found"), StepError, "redirected to nowhere"),
    ],
)
def test_it_is_said_when_a_server_does_something_else(
    tmp_path: Path, web: Web, answer: Answer, error: type[StepError], reason: str
) -> None:
    web.pages["/a"] = answer
    with pytest.raises(error, match=reason) as raised:
        fetch.run(options(tmp_path, web.url("/a")), work(tmp_path))
    assert type(raised.value) is error
    assert tree(tmp_path / "into") == {}
    assert len(web.asked) <= 6


@pytest.mark.parametrize("said", ["404 Not Found", "403 Forbidden"])
def test_an_address_without_a_file_is_refused_and_the_others_are_fetched(tmp_path: Path, web: Web, said: str) -> None:
    web.pages |= {"/1/a": Page(b"1"), "/2/a": status(said), "/3/a": Page(b"3")}
    report = Remembering()
    given = options(tmp_path, *(web.url(f"/{n}/a") for n in range(1, 4)))
    fetched(given, work(tmp_path, report=report))
    assert tree(tmp_path / "into") == {"a": b"1", "a-2": b"3"}
    assert report.counts["refused"] == 1
    assert report.summaries == {"refused": f"a: one cannot fetch {web.url('/2/a')}: {said}"}
    assert counted(given, tmp_path, "2") == {"unchanged": 2, "refused": 1}


def test_a_server_that_drips_gets_no_more_time_than_the_deadline(tmp_path: Path, web: Web) -> None:
    for name, start in {"/body": head("200 OK"), "/head": b"HTTP/1.1 200 OK\r\nX: ", "/line": b"H"}.items():
        web.pages[name] = until_gone(start, b"x", pause=0.02)
        with pytest.raises(Temporary, match=r"the deadline of 0\.3 s has passed"):
            fetch.run(options(tmp_path, web.url(name), deadline=SECOND * 3 // 10), work(tmp_path))


def test_a_file_that_never_ends_is_refused_at_its_largest(tmp_path: Path, web: Web) -> None:
    web.pages["/a"] = until_gone(head("200 OK"), b"x" * 65536)
    assert counted(options(tmp_path, web.url("/a"), max_size=10**6), tmp_path, "1") == {"refused": 1}
    assert tree(tmp_path / "into") == {}


def test_a_redirect_is_followed_and_the_name_is_the_addresss_own(tmp_path: Path, web: Web) -> None:
    web.pages["/latest.csv"] = status("302 Found", Location="/2026/x?y=1")
    web.pages["/2026/x?y=1"] = Page(b"a")
    assert names(fetched(options(tmp_path, web.url("/latest.csv")), work(tmp_path))) == ["latest.csv"]


def test_who_asks_is_told_to_the_addresss_own_server_alone(tmp_path: Path, web: Web) -> None:
    with Web() as other:
        web.pages["/a"] = status("302 Found", Location=other.url("/a"))
        other.pages["/a"] = Page(b"a")
        given = options(tmp_path, web.url("/a"), token="t", headers={"X-Key": "k"})
        fetched(given, work(tmp_path))
        assert (web.asked[0].header("Authorization"), web.asked[0].header("X-Key")) == ("Bearer t", "k")
        assert (other.asked[0].header("Authorization"), other.asked[0].header("X-Key")) == ("", "")


def test_a_password_of_the_address_is_sent_and_never_shown(
    tmp_path: Path, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    web.pages["/a"] = Page(b"a")
    address = web.url("/a").replace("//", "//me:geh%C3%A4im@")
    fetched(options(tmp_path, address), work(tmp_path))
    assert web.asked[0].header("Authorization") == "Basic bWU6Z2Vow6RpbQ=="
    with pytest.raises(StepError) as raised:
        fetch.run(options(tmp_path, address + "b"), work(tmp_path, run="2"))
    seen = capsys.readouterr().out + str(raised.value) + "".join(map(repr, tree(tmp_path / "home").values()))
    assert "geh" not in seen


def test_a_password_goes_to_no_other_machine_in_plain(tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="allow_plaintext"):
        fetch.run(options(tmp_path, "http://feeds.example.com/a", token="t"), work(tmp_path))


def test_token_and_username_exclude_each_other(tmp_path: Path, web: Web) -> None:
    with pytest.raises(Misconfigured, match="exclude each other"):
        fetch.run(options(tmp_path, web.url("/a"), token="t", username="u"), work(tmp_path))


def test_a_server_is_believed_when_its_certificate_is(tmp_path: Path, safe: Web, ca: str) -> None:
    safe.pages["/a"] = Page(TEXT)
    fetched(options(tmp_path, safe.url("/a", "localhost"), ca=ca), work(tmp_path))
    assert tree(tmp_path / "into") == {"a": TEXT}


def test_a_server_is_refused_when_its_certificate_is_nobodys_or_anothers(tmp_path: Path, safe: Web, ca: str) -> None:
    for address, trusted in ((safe.url("/a", "localhost"), None), (safe.url("/a"), ca)):
        with pytest.raises(NotPermitted, match="its certificate is not to be trusted"):
            fetch.run(options(tmp_path, address, ca=trusted), work(tmp_path))
    assert safe.asked == []


def test_no_redirect_leads_from_https_to_http(tmp_path: Path, safe: Web, web: Web, ca: str) -> None:
    safe.pages["/a"] = status("301 Moved Permanently", Location=web.url("/a"))
    with pytest.raises(NotPermitted, match="redirected to plain http"):
        fetch.run(options(tmp_path, safe.url("/a", "localhost"), ca=ca), work(tmp_path))
    assert web.asked == []


def test_it_is_said_when_the_certificates_to_trust_are_not_there(tmp_path: Path, safe: Web) -> None:
    with pytest.raises(Misconfigured, match="cannot read the certificates of `ca`: No such file"):
        fetch.run(options(tmp_path, safe.url("/a"), ca=str(tmp_path / "none")), work(tmp_path))


def test_another_attempt_is_asked_for_when_nobody_is_there(tmp_path: Path) -> None:
    with Web() as web:
        address = web.url("/a")
    with pytest.raises(Temporary, match=r"cannot reach 127\.0\.0\.1:\d+: Connection refused"):
        fetch.run(options(tmp_path, address), work(tmp_path))


def test_a_server_that_does_not_answer_in_tls_gets_no_more_time_than_the_deadline(
    tmp_path: Path, web: Web, ca: str
) -> None:
    address = web.url("/a").replace("http:", "https:")
    with pytest.raises(Temporary, match=r"cannot reach .*: the deadline of 0\.3 s has passed"):
        fetch.run(options(tmp_path, address, ca=ca, deadline=SECOND * 3 // 10), work(tmp_path))


def test_a_name_that_nobody_resolves_gets_no_more_time_than_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait() and [])
    with pytest.raises(Temporary, match=r"the deadline of 0\.3 s has passed"):
        fetch.run(options(tmp_path, "https://slow.example.com/a", deadline=SECOND * 3 // 10), work(tmp_path))
    over.set()


def _then(*answers: Answer) -> Answer:
    """One answer after the other; the last again and again."""
    left = list(answers)
    return lambda asked, to: (left.pop(0) if len(left) > 1 else left[0])(asked, to)


@pytest.mark.parametrize("text", [b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100"])
def test_an_answer_that_is_cut_within_its_headers_is_no_empty_file(tmp_path: Path, web: Web, text: bytes) -> None:
    web.pages["/a"] = raw(text)
    with pytest.raises(Temporary, match="ended within its headers"):
        fetched(options(tmp_path, web.url("/a")), work(tmp_path))
    assert tree(tmp_path / "into") == {}
