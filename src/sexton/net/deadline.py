"""One deadline for everything that is done over a network, whoever waits for it: a library, a handshake, a resolver.

A timeout for each call is no deadline: a server that sends one byte a second never meets it. So the connection itself
is cut when the time is over, by `cutting`, and whatever waits for it comes back at once. Elapsed time of this process.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sexton.net.errors import TryLater


class Deadline:
    """From now on, `seconds` long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._until

    def left(self) -> float:
        """Seconds, more than none. Raises TryLater when there are no more."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> TryLater:
        return TryLater(f"it took longer than the deadline of {self._seconds:g} s")

    @contextmanager
    def cutting(self, connection: socket.socket) -> Iterator[None]:
        """Shut `connection` down at the deadline, whatever has become of the object by then.

        TLS takes the descriptor away from the socket that it wraps, so this keeps one of its own.
        """
        own = connection.dup()
        timer = threading.Timer(self.left(), _shut_down, (own,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            own.close()


def _shut_down(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has gone by itself
