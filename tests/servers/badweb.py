"""An HTTP server on loopback that does as the path says: takes what it is sent, or misbehaves in one of many ways.

with BadWeb() as web: … web.url("tarpit") … web.requests

Invariant: it ends promptly, whatever a client is waiting for.
"""

import socket
import ssl
from collections.abc import Callable
from typing import NamedTuple

from tests.servers.mouth import Mouth

DRIP = 0.05  # seconds between two bytes of a tarpit
_NEVER = 60.0  # seconds: longer than any deadline in a test


class Heard(NamedTuple):
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class BadWeb:
    """`requests` are those that came whole, `connections` counts all; `context` is for TLS. A context manager."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Heard] = []
        self.connections = 0
        self._context = context
        self._mouth = Mouth(self._talk)

    def url(self, way: str, host: str = "127.0.0.1") -> str:
        return f"{'https' if self._context else 'http'}://{host}:{self._mouth.port}/{way}"

    def __enter__(self) -> "BadWeb":
        self._mouth.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._mouth.__exit__()

    def _talk(self, mouth: Mouth, connection: socket.socket) -> None:
        self.connections += 1
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection:
            heard = _read(connection)
            way = heard.target.partition("?")[0].split("/")[1]
            self.requests.append(heard)
            if way == "flaky":
                answer(connection, "503 Service Unavailable" if len(self.requests) % 2 else "200 OK", b"flaky")
                return
            WAYS[way](mouth, connection)


def _read(connection: socket.socket) -> Heard:
    stream = connection.makefile("rb")
    method, target, _ = stream.readline().decode().split(" ", 2)
    headers = {}
    for line in iter(stream.readline, b"\r\n"):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Heard(method, target, headers, body)


def answer(connection: socket.socket, status: str, body: bytes = b"", *headers: str) -> None:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode() + body)


def _drip(mouth: Mouth, connection: socket.socket, text: bytes) -> None:
    for each in text * 1000:
        connection.sendall(bytes([each]))
        if mouth.ending.wait(DRIP):
            return


def _flood(mouth: Mouth, connection: socket.socket, head: bytes, chunk: bytes) -> None:
    connection.sendall(head)
    while not mouth.ending.is_set():
        connection.sendall(chunk)


def _tarpit_body(mouth: Mouth, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    _drip(mouth, connection, b".")


WAYS: dict[str, Callable[[Mouth, socket.socket], None]] = {
    "ok": lambda _, wire: answer(wire, "200 OK", b"ok"),
    "created": lambda _, wire: answer(wire, "201 Created"),
    "unknown": lambda _, wire: answer(wire, "200 OK", b"OK (not found)"),
    "refused": lambda _, wire: answer(wire, "403 Forbidden", b"<h1>no</h1>\x1b[31m\r\nno entry"),
    "broken": lambda _, wire: answer(wire, "500 Internal Server Error", b"oops"),
    "later": lambda _, wire: answer(wire, "429 Too Many Requests", b"slow down", "Retry-After: 7"),
    "silent": lambda mouth, _: (mouth.ending.wait(_NEVER), None)[1],
    "tarpit": lambda mouth, wire: _drip(mouth, wire, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100),
    "slowbody": _tarpit_body,
    "garbage": lambda _, wire: wire.sendall(b"\x16\x03\x01\x00\xa5 I am no web server\r\n\r\n"),
    "endless": lambda mouth, wire: _flood(mouth, wire, b"HTTP/1.1 500 No\r\n\r\n", b"x" * 65536),
    "redirect": lambda _, wire: answer(wire, "302 Found", b"", "Location: http://127.0.0.1:1/elsewhere"),
    "loop": lambda _, wire: answer(wire, "307 Temporary Redirect", b"", "Location: /loop"),
    "bomb": lambda _, wire: answer(wire, "400 Bad Request", _bomb(), "Content-Encoding: gzip"),
    "closes": lambda _, wire: wire.close(),
    "half": lambda _, wire: wire.sendall(b"HTTP/1.1 200"),
    "huge": lambda mouth, wire: _flood(mouth, wire, b"HTTP/1.1 200 OK\r\n", b"X-Much: " + b"y" * 4000 + b"\r\n"),
    "hints": lambda mouth, wire: _flood(mouth, wire, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}


def _bomb() -> bytes:
    """100 MB, packed."""
    import gzip

    return gzip.compress(bytes(100_000_000), 9)
