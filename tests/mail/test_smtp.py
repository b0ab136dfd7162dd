"""Mail is handed over within its deadline, to whom it may be, and never in the open when it should not."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sexton.mail.smtp import Envelope, Server, send
from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured, TryLater, Undelivered
from tests.servers.ca import Authority
from tests.servers.mouth import Mouth
from tests.servers.smtp import MailServer

MESSAGE = b"Subject: x\r\n\r\n.a line with a dot\r\n"
TO = ["a@example.com", "b@example.com"]
LOGIN = ("sexton", "pässword")


def hand_over(server: Server, deadline: float = 20.0, **changes: Any) -> dict[str, str]:
    envelope = Envelope("s@example.com", TO, MESSAGE)._replace(**changes)
    return send(server, envelope, Deadline(deadline)).refused


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"), "localhost")


def test_a_mail_arrives_as_it_was_handed_over() -> None:
    with MailServer() as server:
        assert hand_over(Server("127.0.0.1", server.port, "none")) == {}
        mail = server.mail()
    assert (mail.sender, mail.recipients, mail.raw, mail.tls) == ("s@example.com", TO, MESSAGE, False)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_login_goes_over_tls_with_a_verified_name(tls: str, authority: Authority) -> None:
    with MailServer(tls=tls, context=authority.serving, login=LOGIN) as server:
        hand_over(Server("localhost", server.port, tls, *LOGIN, ca=authority.ca))
        assert server.mail().recipients == TO
        assert server.logins == 1


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_nothing_is_sent_when_the_name_is_another(tls: str, authority: Authority) -> None:
    with MailServer(tls=tls, context=authority.serving, login=LOGIN) as server:
        with pytest.raises(TryLater, match=r"cannot trust 127.0.0.1"):
            hand_over(Server("127.0.0.1", server.port, tls, *LOGIN, ca=authority.ca))
        assert server.is_idle
        assert server.logins == 0


def test_nothing_is_sent_when_nobody_vouches_for_the_certificate(authority: Authority) -> None:
    with (
        MailServer(tls="tls", context=authority.serving) as server,
        pytest.raises(TryLater, match="cannot trust localhost"),
    ):
        hand_over(Server("localhost", server.port, "tls"))


def test_starttls_is_not_given_up_when_the_server_offers_none() -> None:
    with MailServer(login=LOGIN) as server, pytest.raises(TryLater, match=r'no STARTTLS; .*tls = "none"'):
        hand_over(Server("127.0.0.1", server.port, "starttls", *LOGIN))
    assert server.logins == 0


def test_a_password_is_not_sent_in_the_open_unless_that_is_allowed() -> None:
    with MailServer(login=LOGIN) as server:
        with pytest.raises(Misconfigured, match="without TLS"):
            hand_over(Server("127.0.0.1", server.port, "none", *LOGIN))
        assert server.logins == 0
        hand_over(Server("127.0.0.1", server.port, "none", *LOGIN, allow_plaintext=True))
        assert server.mail().recipients == TO


def test_a_wrong_password_is_for_another_time() -> None:
    with MailServer(login=LOGIN) as server, pytest.raises(TryLater, match="does not let 'sexton' in: 535"):
        hand_over(Server("127.0.0.1", server.port, "none", "sexton", "no", allow_plaintext=True))


def test_a_missing_login_is_for_another_time() -> None:
    with MailServer(login=LOGIN) as server, pytest.raises(TryLater, match="530"):
        hand_over(Server("127.0.0.1", server.port, "none"))


def test_certificates_that_cannot_be_read_are_a_matter_of_configuration(tmp_path: Path) -> None:
    with MailServer() as server, pytest.raises(Misconfigured, match="cannot read certificates"):
        hand_over(Server("127.0.0.1", server.port, "tls", ca=str(tmp_path / "none.pem")))


def test_the_others_get_it_when_some_recipients_are_refused() -> None:
    with MailServer(refusing={"a@example.com": "550 who is that"}) as server:
        assert hand_over(Server("127.0.0.1", server.port, "none")) == {"a@example.com": "550 who is that"}
        assert server.mail().recipients == ["b@example.com"]


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        (("550 no", "550 no"), Undelivered),
        (("550 no", "451 greylisted, come back"), TryLater),
        (("452 too many", "421 closing"), TryLater),
    ],
)
def test_it_depends_on_why_when_every_recipient_is_refused(replies: tuple[str, str], error: type[Undelivered]) -> None:
    with (
        MailServer(refusing=dict(zip(TO, replies, strict=True))) as server,
        pytest.raises(Undelivered, match="for nobody") as caught,
    ):
        hand_over(Server("127.0.0.1", server.port, "none"))
    assert type(caught.value) is error


@pytest.mark.parametrize(("reply", "error"), [("554 spam", Undelivered), ("452 full", TryLater)])
def test_a_refused_message_is_refused_for_good_or_for_now(reply: str, error: type[Undelivered]) -> None:
    with (
        MailServer(replies=[reply]) as server,
        pytest.raises(Undelivered, match=reply) as caught,
    ):
        hand_over(Server("127.0.0.1", server.port, "none"))
    assert type(caught.value) is error


def test_letters_beyond_ascii_in_an_address_are_sent_where_they_are_taken() -> None:
    with MailServer() as server:
        hand_over(Server("127.0.0.1", server.port, "none"), recipients=["jörg@example.com"], utf8=True)
        assert server.mail().recipients == ["jörg@example.com"]


def test_nobody_there_is_for_another_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TryLater, match=f"cannot connect to 127.0.0.1 port {port}: Connection refused"):
        hand_over(Server("127.0.0.1", port, "none"))


def test_a_name_that_is_none_is_for_another_time() -> None:
    with pytest.raises(TryLater, match=r"cannot resolve nowhere.invalid"):
        hand_over(Server("nowhere.invalid", 25, "none"))


def _drip(text: bytes) -> Callable[[Mouth, socket.socket], None]:
    def talk(mouth: Mouth, connection: socket.socket) -> None:
        for each in text:
            connection.sendall(bytes([each]))
            if mouth.ending.wait(0.05):
                return

    return talk


def _flood(chunk: bytes) -> Callable[[Mouth, socket.socket], None]:
    def talk(mouth: Mouth, connection: socket.socket) -> None:
        while not mouth.ending.is_set():
            connection.sendall(chunk)

    return talk


def _is_silent(mouth: Mouth, connection: socket.socket) -> None:
    mouth.ending.wait(60)


def _takes_all_and_says_nothing(mouth: Mouth, connection: socket.socket) -> None:
    stream = connection.makefile("rb")
    connection.sendall(b"220 here\r\n")
    for line in stream:
        verb = line[:4].upper()
        connection.sendall(b"354 go on\r\n" if verb == b"DATA" else b"250 ok\r\n")
        if verb == b"DATA":
            mouth.ending.wait(60)


@pytest.mark.parametrize(
    "talk",
    [_is_silent, _drip(b"220 " + b"x" * 5000), _drip(b"220-x\r\n" * 1000), _takes_all_and_says_nothing],
    ids=["silent", "tarpit", "tarpit of lines", "silent at the end"],
)
@pytest.mark.parametrize("tls", ["none", "starttls"])
def test_the_deadline_holds_however_slow_a_server_is(talk: Callable[[Mouth, socket.socket], None], tls: str) -> None:
    if talk is _takes_all_and_says_nothing and tls == "starttls":
        tls = "none"
    began = time.monotonic()
    with Mouth(talk) as mouth, pytest.raises(TryLater, match=r"longer than the deadline of 0.5 s"):
        hand_over(Server("127.0.0.1", mouth.port, tls), deadline=0.5)
    assert 0.4 < time.monotonic() - began < 5


def test_the_deadline_holds_in_the_middle_of_a_handshake() -> None:
    with Mouth(_is_silent) as mouth, pytest.raises(TryLater, match="longer than the deadline"):
        hand_over(Server("127.0.0.1", mouth.port, "tls"), deadline=0.5)


@pytest.mark.parametrize(
    ("talk", "said"),
    [
        (_flood(b"250-and so on\r\n"), "without end"),
        (_flood(b"2" * 65_536), "no end"),
        (_flood(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not speak SMTP: HTTP/1.1 400"),
        (lambda _, connection: connection.close(), "closed the connection|reset"),
        (lambda _, connection: connection.sendall(b"554 no service\r\n"), "takes no mail now: 554 no service"),
    ],
    ids=["endless reply", "endless line", "another protocol", "closes", "no service"],
)
def test_a_server_that_talks_nonsense_is_for_another_time(
    talk: Callable[[Mouth, socket.socket], None], said: str
) -> None:
    with Mouth(talk) as mouth, pytest.raises(TryLater, match=said):
        hand_over(Server("127.0.0.1", mouth.port, "none"))
