"""A message → an SMTP server's acceptance (RFC 5321), within one deadline.

TLS is verified, and what asks for it never goes on without; a password is not sent in the open unless that is allowed.
4xx means another time, 5xx never (section 4.2.1), but for what is about the server rather than the message: no TLS, no
login, no greeting are mended by people, and then everything that has waited goes out.
"""

from __future__ import annotations

import os
import smtplib
import socket
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import NamedTuple

from sexton.net.connect import connect, secure, verifying
from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured, TryLater, Undelivered
from sexton.wire.clean import one_line

PORTS = {"starttls": 587, "tls": 465, "none": 25}
_MOST_LINES = 100  # of one reply
_LONGEST_LINE = 8192  # bytes
_SHOWN = 200  # characters of a reply in a message
_FAREWELL = 2.0  # seconds that QUIT may take: the message is accepted by then
_TOO_LARGE = 552  # RFC 1870; or a mailbox is full
_ABOUT_US = (530, 534, 535, 538)  # replies to MAIL that ask for a login (RFC 4954)


class TooLarge(Undelivered):
    """A smaller message may be accepted."""


class Server(NamedTuple):
    """`tls` is starttls, tls or none; `port` 0 is the usual one for it; `ca` is a file of certificates to trust."""

    host: str = "localhost"
    port: int = 0
    tls: str = "starttls"
    user: str = ""
    password: str = ""
    allow_plaintext: bool = False
    ca: str | None = None


class Envelope(NamedTuple):
    sender: str
    recipients: Sequence[str]
    message: bytes
    utf8: bool = False


class Accepted(NamedTuple):
    """`answer` is what the server said; `refused` are the recipients whom it does not take, and why, `later` those whom
    it may take another time."""

    answer: str
    refused: dict[str, str]
    later: dict[str, str]


class _Reply(NamedTuple):
    code: int
    text: str

    def __str__(self) -> str:
        return one_line(f"{self.code} {self.text}", _SHOWN)


def send(server: Server, envelope: Envelope, deadline: Deadline) -> Accepted:
    """Raises TryLater or Undelivered when no recipient's mail was accepted."""
    if server.password and server.tls == "none" and not server.allow_plaintext:
        raise Misconfigured("a password would be sent without TLS; set tls, or allow_plaintext = true")
    port = server.port or PORTS[server.tls]
    connection = connect(server.host, port, deadline, allow_private=True)
    with closing(connection), deadline.cutting(connection), _in_our_words(f"{server.host} port {port}", deadline):
        with closing(_Client(server.host, connection)) as client:
            client.greet(server)
            if server.user:
                client.authenticate(server.user, server.password)
            accepted = client.hand_over(envelope)
            client.leave()
        return accepted


@contextmanager
def _in_our_words(whom: str, deadline: Deadline) -> Iterator[None]:
    try:
        yield
    except (OSError, TryLater) as error:  # smtplib's errors are OSErrors
        if deadline.is_over:
            raise deadline.passed() from error
        if isinstance(error, TryLater):
            raise
        said = error.args[-1] if error.args else error
        raise TryLater(f"{whom}: {one_line(str(said), _SHOWN)}") from error


class _Client(smtplib.SMTP):
    """smtplib over a connection that is there already, with bounded replies."""

    def __init__(self, host: str, connection: socket.socket) -> None:
        name = os.uname().nodename
        super().__init__(local_hostname=name if "." in name else _literal(connection))
        self.sock = connection
        self._server = host

    def getreply(self) -> tuple[int, bytes]:
        """One reply, at most _MOST_LINES lines of it. Raises SMTPServerDisconnected when none comes."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("it closed the connection")
        if self.file is None:
            self.file = self.sock.makefile("rb")
        said = []
        for _ in range(_MOST_LINES):
            line = self.file.readline(_LONGEST_LINE)
            if not line.endswith(b"\n"):
                self.close()
                raise smtplib.SMTPServerDisconnected("it closed the connection" if not line else "its reply has no end")
            if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"\r", b"\n"):
                raise TryLater(f"{self._server} does not speak SMTP: {one_line(line.decode('latin-1'), _SHOWN)}")
            said.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(said)
        raise TryLater(f"{self._server} sends a reply without end")

    def ask(self, command: str, arguments: str = "") -> _Reply:
        code, text = self.docmd(command, arguments)
        return _Reply(code, text.decode("utf-8", "replace"))

    def greet(self, server: Server) -> None:
        """Up to where mail may be handed over: TLS first, when it is TLS from the start."""
        if server.tls == "tls":
            self.wrap(server.ca)
        code, text = self.getreply()
        if code != 220:
            raise TryLater(f"{self._server} takes no mail now: {_Reply(code, text.decode('utf-8', 'replace'))}")
        self.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            if not self.has_extn("starttls"):
                raise TryLater(f'{self._server} offers no STARTTLS; where TLS is not meant, set tls = "none"')
            answer = self.ask("STARTTLS")
            if answer.code != 220:
                raise TryLater(f"{self._server} refuses STARTTLS: {answer}")
            self.wrap(server.ca)
            self.ehlo_or_helo_if_needed()

    def wrap(self, ca: str | None) -> None:
        """TLS from here on: nothing that came in the open is remembered (RFC 3207, section 4.2)."""
        assert self.sock is not None
        self.sock = secure(self.sock, self._server, verifying(ca))
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def authenticate(self, user: str, password: str) -> None:
        """PLAIN (RFC 4616) or LOGIN, both in UTF-8, else what smtplib knows."""
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            answer = self.ask("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
        elif "LOGIN" in offered:
            self.ask("AUTH", "LOGIN")
            self.ask(_base64(user))
            answer = self.ask(_base64(password))
        else:
            answer = _Reply(*_decoded(self.login(user, password)))
        if answer.code != 235:
            raise TryLater(f"{self._server} does not let {user!r} in: {answer}")

    def hand_over(self, envelope: Envelope) -> Accepted:
        options = [f"SIZE={len(envelope.message)}"] if self.has_extn("size") else []
        if envelope.utf8:
            if not self.has_extn("smtputf8"):
                raise Undelivered(f"{self._server} takes no addresses with letters beyond ASCII (SMTPUTF8)")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        self._accept(_Reply(*_decoded(self.mail(envelope.sender, options))), f"mail from {envelope.sender}")
        refused = self._name_recipients(envelope.recipients)
        try:
            answer = _Reply(*_decoded(self.data(envelope.message)))
        except smtplib.SMTPDataError as error:
            said = error.smtp_error
            answer = _Reply(error.smtp_code, said if isinstance(said, str) else said.decode("utf-8", "replace"))
        self._accept(answer, "the message")
        later = {address: str(reply) for address, reply in refused.items() if reply.code < 500}
        return Accepted(
            str(answer), {address: str(reply) for address, reply in refused.items() if address not in later}, later
        )

    def _name_recipients(self, recipients: Sequence[str]) -> dict[str, _Reply]:
        """Those who are refused; raises when that is everybody."""
        replies = {address: _Reply(*_decoded(self.rcpt(address))) for address in recipients}
        refused = {address: reply for address, reply in replies.items() if reply.code not in (250, 251)}
        if len(refused) == len(replies):
            told = "; ".join(f"{address}: {reply}" for address, reply in list(refused.items())[:3])
            if any(reply.code < 500 for reply in refused.values()):
                raise TryLater(f"{self._server} takes mail for nobody now ({told})")
            raise Undelivered(f"{self._server} takes mail for nobody ({told})")
        return refused

    def _accept(self, reply: _Reply, what: str) -> None:
        if reply.code == 250:
            return
        if reply.code < 500 or reply.code in _ABOUT_US:
            raise TryLater(f"{self._server} does not take {what} now: {reply}")
        refused = TooLarge if reply.code == _TOO_LARGE else Undelivered
        raise refused(f"{self._server} refuses {what}: {reply}")

    def leave(self) -> None:
        """Say good-bye. What comes of that changes nothing any more."""
        with suppress(OSError, TryLater):
            if self.sock is not None:
                self.sock.settimeout(_FAREWELL)
                self.docmd("QUIT")


def _decoded(reply: tuple[int, bytes]) -> tuple[int, str]:
    return reply[0], reply[1].decode("utf-8", "replace")


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")


def _literal(connection: socket.socket) -> str:
    """Who we are when we have no name of our own (RFC 5321, section 4.1.3)."""
    ip = connection.getsockname()[0].partition("%")[0]
    return f"[IPv6:{ip}]" if ":" in ip else f"[{ip}]"
