"""A mail server on loopback: aiosmtpd, which takes what it is sent, or refuses whom it is told to.

with MailServer() as server: … server.mail()

It serves from a thread of its own, on a free port unless told. `refusing` maps recipients to the replies that they get;
`replies` are given, in turn, to whole messages, before any is accepted.
"""

import queue
import ssl
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

LIMIT = 20.0  # seconds: far beyond what anything here takes


class Mail(NamedTuple):
    sender: str
    recipients: list[str]
    raw: bytes
    tls: bool

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.raw, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    def part(self, subtype: str) -> str:
        """The decoded text of the part that is text/SUBTYPE."""
        (found,) = [part for part in self.message.walk() if part.get_content_type() == f"text/{subtype}"][:1]
        return str(found.get_content())


class _Controller(Controller):
    """On whatever port it got: what it is asked by itself, once it is up, goes there too."""

    def __init__(self, handler: object, place: tuple[str, int], **options: Any) -> None:
        self._conversations: list[SMTP] = []
        super().__init__(handler, *place, **options)

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    def factory(self) -> SMTP:
        smtp: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self._conversations.append(smtp)
        return smtp

    def let_go(self) -> None:
        """Cut what clients have not closed, or not yet: the loop would end with these open."""
        done = threading.Event()

        def cut() -> None:
            for smtp in self._conversations:
                transport: Any = smtp.transport
                if transport is not None:
                    transport.abort()
            done.set()

        self.loop.call_soon_threadsafe(cut)
        done.wait(LIMIT)


class MailServer:
    """`tls` is none, starttls or tls, with `context`; `login` is who has to log in. A context manager."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls: str = "none",
        context: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        refusing: Mapping[str, str] | None = None,
        replies: Iterable[str] = (),
    ) -> None:
        self.logins = 0
        self._mails: queue.Queue[Mail] = queue.Queue()
        self._login = login
        self._refusing = refusing or {}
        self._replies = deque(replies)
        self._controller = _Controller(self, (host, port), **self._options(tls, context))

    def _options(self, tls: str, context: ssl.SSLContext | None) -> dict[str, Any]:
        options: dict[str, Any] = {"enable_SMTPUTF8": True}
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        if tls == "tls":
            options["ssl_context"] = context
        if self._login is not None:
            options |= {
                "authenticator": self._authenticate,
                "auth_require_tls": tls == "starttls",
            }
        return options

    def mail(self) -> Mail:
        """The next mail that has come or comes."""
        return self._mails.get(timeout=LIMIT)

    @property
    def is_idle(self) -> bool:
        return self._mails.empty()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.let_go()
        self._controller.stop()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self._refusing:
            return self._refusing[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._replies:
            return self._replies.popleft()
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self._mails.put(Mail(str(envelope.mail_from), list(envelope.rcpt_tos), raw, session.ssl is not None))
        return "250 2.0.0 taken"

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        self.logins += 1
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self._login, handled=False)
