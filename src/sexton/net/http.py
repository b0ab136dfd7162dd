"""One request over HTTP/1.1, and its answer, within a deadline and within bounds.

No redirect is followed, nothing is unpacked, no proxy is asked, no more than LIMIT bytes of an answer are read.
Sans-IO by h11, so that every wait is here. What an answer means is for judge.py.
"""

from __future__ import annotations

import socket
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import h11

from sexton.net.connect import connect, secure, verifying
from sexton.net.deadline import Deadline
from sexton.net.errors import TryLater
from sexton.net.url import Url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMIT = 65_536  # bytes of an answer's body
_CHUNK = 16_384
_PATIENCE = 2.0  # seconds for the body
_MOST_HINTS = 16  # interim answers (1xx) before the one that counts


class Request(NamedTuple):
    """`headers` beside those that every request has (Host, Content-Length, Connection)."""

    method: str
    url: Url
    headers: Sequence[tuple[str, str]]
    body: bytes
    allow_private: bool = False
    ca: str | None = None


class Answer(NamedTuple):
    """`headers` by their names in lower case; `body` its first LIMIT bytes at most."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(request: Request, deadline: Deadline) -> Answer:
    """Raises TryLater when there is no answer in time, or none that is HTTP; Misconfigured for a forbidden address."""
    url = request.url
    connection = connect(url.host, url.port, deadline, allow_private=request.allow_private)
    with closing(connection), deadline.cutting(connection), _in_our_words(url.host, deadline):
        wire = secure(connection, url.host, verifying(request.ca)) if url.tls else connection
        with closing(wire):
            talk = h11.Connection(h11.CLIENT)
            wire.sendall(_bytes(talk, request))
            response = _head(wire, talk)
            headers = {name.decode("ascii"): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status_code, headers, _body(wire, talk, deadline))


@contextmanager
def _in_our_words(host: str, deadline: Deadline) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, TryLater, h11.RemoteProtocolError) as error:
        if deadline.is_over:
            raise deadline.passed() from error
        if isinstance(error, TryLater):
            raise
        if isinstance(error, h11.RemoteProtocolError):
            raise TryLater(f"{host} does not answer in HTTP: {error}") from error
        raise TryLater(f"{host} cut the connection before it answered") from error


def _bytes(talk: h11.Connection, request: Request) -> bytes:
    headers = [
        ("Host", request.url.authority),
        ("Content-Length", str(len(request.body))),
        ("Connection", "close"),
        *request.headers,
        *_authorization(request.url.login),
    ]
    head = talk.send(h11.Request(method=request.method, target=request.url.target, headers=headers))
    body = talk.send(h11.Data(data=request.body))
    talk.send(h11.EndOfMessage())
    return (head or b"") + (body or b"")


def _authorization(login: str | None) -> list[tuple[str, str]]:
    """Who asks, where the URL says so (RFC 7617)."""
    if login is None:
        return []
    from base64 import b64encode

    return [("Authorization", "Basic " + b64encode(login.encode()).decode("ascii"))]


def _head(wire: socket.socket, talk: h11.Connection) -> h11.Response:
    for _ in range(_MOST_HINTS + 1):
        while (event := talk.next_event()) is h11.NEED_DATA:
            data = wire.recv(_CHUNK)
            if not data:
                raise EOFError
            talk.receive_data(data)
        if isinstance(event, h11.Response):
            return event
    raise h11.RemoteProtocolError("interim answers without end")


def _body(wire: socket.socket, talk: h11.Connection, deadline: Deadline) -> bytes:
    """As much of it as comes in a moment: the status has said what counts, the rest is for people."""
    body = b""
    patience = Deadline(min(deadline.left(), _PATIENCE))
    try:
        while len(body) < LIMIT:
            event = talk.next_event()
            if isinstance(event, h11.Data):
                body += event.data
            elif event is h11.NEED_DATA:
                wire.settimeout(patience.left())
                talk.receive_data(wire.recv(_CHUNK))
            else:
                break
    except (OSError, TryLater, h11.RemoteProtocolError):
        return body[:LIMIT]
    return body[:LIMIT]
