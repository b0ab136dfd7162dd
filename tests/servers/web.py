"""A web server on loopback that does as each test says, well or badly: real HTTP/1.1, no more than one answer per
connection.

    with Web() as web:
        web.pages["/a.csv"] = Page(b"…")        # served as a good server would
        web.pages["/b.csv"] = cut(Page(b"…"), after=10)
        web.url("/a.csv"), web.asked
"""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple

Answer = Callable[["Asked", socket.socket], None]


class Asked(NamedTuple):
    """A request."""

    path: str
    headers: Message
    method: str = "GET"
    body: bytes = b""

    def header(self, name: str) -> str:
        return str(self.headers.get(name, ""))


@dataclass(frozen=True)
class Page:
    """A file as a good server serves it: with its version, in parts when asked, and not when it is known."""

    content: bytes
    tag: str = '"1"'
    modified: str = ""
    ranges: bool = True
    length: bool = True

    def __call__(self, asked: Asked, to: socket.socket) -> None:
        if self.tag and asked.header("If-None-Match") == self.tag:
            to.sendall(head("304 Not Modified", ETag=self.tag))
            return
        start, whole = self.start(asked), len(self.content)
        more = {"Content-Range": f"bytes {start}-{whole - 1}/{whole}"} if start else {}
        more |= {"Content-Length": str(whole - start)} if self.length else {}
        to.sendall(head("206 Partial Content" if start else "200 OK", **self.version, **more))
        to.sendall(self.content[start:])

    @property
    def version(self) -> dict[str, str]:
        return {name: text for name, text in (("ETag", self.tag), ("Last-Modified", self.modified)) if text}

    def start(self, asked: Asked) -> int:
        """Where the answer begins."""
        held = asked.header("If-Range")
        if not (self.ranges and asked.header("Range") and held in ("", self.tag or self.modified)):
            return 0
        return int(asked.header("Range").removeprefix("bytes=").rstrip("-"))


def head(status: str, **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items()]
    return f"HTTP/1.1 {status}\r\nConnection: close\r\n{''.join(lines)}\r\n".encode("latin-1")


def status(line: str, **headers: str) -> Answer:
    """Nothing but a status, such as "503 Service Unavailable"."""
    return lambda asked, to: to.sendall(head(line, Content_Length="0", **headers))


def raw(answer: bytes) -> Answer:
    """These very bytes."""
    return lambda asked, to: to.sendall(answer)


def cut(page: Page, after: int, times: int = 1) -> Answer:
    """The connection ends after so many bytes of content, for the first times."""
    left = times

    def answer(asked: Asked, to: socket.socket) -> None:
        nonlocal left
        if left <= 0:
            page(asked, to)
            return
        left -= 1
        start = page.start(asked)
        rest = {"Content-Range": f"bytes {start}-{len(page.content) - 1}/{len(page.content)}"} if start else {}
        line = "206 Partial Content" if start else "200 OK"
        to.sendall(head(line, Content_Length=str(len(page.content) - start), **page.version, **rest))
        to.sendall(page.content[start : start + after])

    return answer


def until_gone(start: bytes, piece: bytes, pause: float = 0.0) -> Answer:
    """`start`, and then a `piece` again and again, for as long as somebody listens."""

    def answer(asked: Asked, to: socket.socket) -> None:
        to.sendall(start)
        never = threading.Event()
        while not never.wait(pause):
            to.sendall(piece)

    return answer


class Web:
    """Serves `pages` by path, and 404. `tls` makes it https."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=50)

    def __enter__(self) -> "Web":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http{'s' if self._tls else ''}://{host}:{self.port}{path}"

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        try:
            with self._tls.wrap_socket(client, server_side=True) if self._tls else client as to:
                asked = _request(to)
                self.asked.append(asked)
                self.pages.get(asked.path, status("404 Not Found"))(asked, to)
                to.shutdown(socket.SHUT_WR)
                to.recv(1)  # until the client has had enough: closing sooner may cost it what is on the way
        except OSError:  # the client went, which is its right
            pass


def _request(client: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536) or _gone()
    line, _, rest = data.partition(b"\r\n")
    head, _, body = rest.partition(b"\r\n\r\n")
    headers = BytesHeaderParser().parsebytes(head)
    while len(body) < int(headers.get("Content-Length", "0")):
        body += client.recv(65536) or _gone()
    method, path, _ = line.decode().split()
    return Asked(path, headers, method, body)


def _gone() -> bytes:
    raise ConnectionError("half a request")
