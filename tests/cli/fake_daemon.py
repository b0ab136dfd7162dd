"""A daemon of the tests' own: serves canned answers on a unix socket, byte by byte as HTTP/1.1 says, in a thread.

It writes its answers by hand, so that the client is not tested against the library that it is made of.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 10.0  # seconds after which a test that hangs fails


class Raw(NamedTuple):
    """Pieces that are sent as they are, status line and all; then the connection is closed."""

    pieces: Iterable[bytes]


Answer = Raw | Callable[[], Raw]


def reply(status: int, value: Any) -> Raw:
    """A JSON answer."""
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return Raw([head.encode() + body])


def refusal(status: int, kind: str, message: str) -> Raw:
    return reply(status, {"error": {"kind": kind, "message": message}})


def chunked(pieces: Iterable[bytes], *, complete: bool = True) -> Raw:
    """A streamed log; not `complete`: cut off before its end."""

    def stream() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
        for piece in pieces:
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
        if complete:
            yield b"0\r\n\r\n"

    return Raw(stream())


class FakeDaemon:
    """`answers` maps "GET /api/v1/info" to an answer, or to several that are given in turn; `asked` is what came."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.asked: list[str] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, name="fake daemon")

    @contextmanager
    def running(self) -> Iterator[FakeDaemon]:
        self._thread.start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join(PATIENCE)
            self._listener.close()
            assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # shut down: the test is over
                return
            with connection:
                connection.settimeout(PATIENCE)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65536)
        method, target, _ = request.split(b"\r\n")[0].decode("ascii").split(" ")
        self.asked.append(f"{method} {target}")
        answer = self.answers.get(f"{method} {target}", refusal(404, "not_found", f"no answer for {target}"))
        if isinstance(answer, list):
            answer = answer.pop(0)
        raw = answer if isinstance(answer, Raw) else answer()
        try:
            for piece in raw.pieces:
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            return  # the client has seen enough
