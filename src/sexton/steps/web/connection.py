"""A connection to a web server on which every single wait is cut short by the deadline, on top of http.client.

A server that sends a byte now and then gets no more time than one that sends nothing.
"""

import io
import socket
import ssl
from http.client import HTTPConnection, HTTPResponse
from typing import Any, cast

from sexton.net import deadline as net
from sexton.net.addresses import Address, resolve
from sexton.net.errors import TryLater
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Misconfigured, NotPermitted, StepError, Temporary

_IDLE = 60.0  # seconds of silence after which a server counts as gone
_ADDRESS = 10.0  # for one of several addresses of a host


class Connection(HTTPConnection):
    """To `host`, with TLS when there is a `tls` context. Raises StepErrors, in `connect` and when it is read."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, deadline: Deadline) -> None:
        super().__init__(host, port)
        self._tls = tls
        self._deadline = deadline
        self._doing = f"reach {host}:{port}"

    def connect(self) -> None:
        plain = self._dial()
        if self._tls is not None:
            plain = self._wrapped(plain, self._tls)
        self._timed = _Timed(plain, self._deadline, f"read from {self.host}:{self.port}")
        self.sock = cast(socket.socket, self._timed)

    def getresponse(self) -> HTTPResponse:
        response = super().getresponse()
        if not self._timed.last_line:  # http.client takes the end of the connection for the end of the headers
            response.close()
            raise Temporary(f"cannot read from {self.host}:{self.port}: its answer ended within its headers")
        return response

    def sends(self, piece: bytes) -> bool:
        """Send more of a request; False when the server listens no more, and may have said why."""
        try:
            self.send(piece)
        except Temporary as error:
            if isinstance(error.__cause__, ConnectionError):
                return False
            raise
        return True

    def _dial(self) -> socket.socket:
        """The first of the host's addresses that answers."""
        problem: OSError | None = None
        for family, address in self._addresses():
            patience = min(_ADDRESS, self._deadline.left(self._doing))
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.settimeout(patience)
            try:
                sock.connect(address)
            except OSError as error:
                sock.close()
                problem = error
            else:
                return sock
        self._deadline.left(self._doing)
        raise Temporary(f"cannot {self._doing}: {_words(problem)}") from problem

    def _addresses(self) -> list[Address]:
        """Raises Temporary, at the deadline at the latest."""
        within = self._deadline.left(self._doing)
        try:
            return resolve(self.host, self.port, net.Deadline(within))
        except TryLater as error:
            self._deadline.left(self._doing)
            raise Temporary(f"cannot {self._doing}: {error}") from error

    def _wrapped(self, plain: socket.socket, tls: ssl.SSLContext) -> socket.socket:
        try:
            plain.settimeout(min(_IDLE, self._deadline.left(self._doing)))
            return tls.wrap_socket(plain, server_hostname=self.host)
        except ssl.SSLCertVerificationError as error:
            plain.close()
            raise NotPermitted(
                f"cannot {self._doing}: its certificate is not to be trusted: {error.verify_message}; "
                "the key `ca` names a file of others to trust"
            ) from error
        except Temporary:
            plain.close()
            raise
        except OSError as error:
            plain.close()
            self._deadline.left(self._doing)
            kind = StepError if isinstance(error, ssl.SSLError) else Temporary
            raise kind(f"cannot {self._doing}: {_words(error)}") from error


def trust(ca: str | None) -> ssl.SSLContext:
    """What certificates to believe: the system's, or those of a file. Raises Misconfigured."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise Misconfigured(f"cannot read the certificates of `ca`: {_words(error)} ({ca})") from error


class _Timed:
    """As much of a socket as http.client uses."""

    def __init__(self, sock: socket.socket, deadline: Deadline, doing: str) -> None:
        self._sock = sock
        self._deadline = deadline
        self._doing = doing
        self._lines: _Lines | None = None

    @property
    def last_line(self) -> bytes:
        """Empty when the connection was at its end."""
        return self._lines.last if self._lines is not None else b""

    def sendall(self, data: Any) -> None:
        self._sock.settimeout(min(_IDLE, self._deadline.left(self._doing)))
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise Temporary(f"cannot {self._doing}: {_words(error)}") from error

    def makefile(self, mode: str) -> io.BufferedReader:
        self._lines = _Lines(_Raw(self._sock, self._deadline, self._doing), 1 << 17)
        return self._lines

    def close(self) -> None:
        self._sock.close()


class _Lines(io.BufferedReader):
    """Knows which line was the last."""

    last = b""

    def readline(self, size: int | None = -1) -> bytes:
        self.last = super().readline(size)
        return self.last


class _Raw(io.RawIOBase):
    """What a socket receives, each time for no longer than there is time."""

    def __init__(self, sock: socket.socket, deadline: Deadline, doing: str) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._deadline = deadline
        self._doing = doing

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(min(_IDLE, self._deadline.left(self._doing)))
        try:
            return self._file.readinto(buffer) or 0
        except TimeoutError as error:
            self._deadline.left(self._doing)
            raise Temporary(f"cannot {self._doing}: nothing came for {_IDLE:g} s") from error
        except OSError as error:
            raise Temporary(f"cannot {self._doing}: {_words(error)}") from error

    def close(self) -> None:
        self._file.close()
        super().close()


def _words(error: Exception | None) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
