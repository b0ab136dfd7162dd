"""A non-blocking stream socket on the loop: bytes in, bytes out, and whether the other side is still there.

Knows nothing of HTTP. Each turn of the loop takes at most one read and one write, so that no client starves
another. Invariant: the loop watches the descriptor for writing while bytes are pending, else for reading while that
is wanted, else not at all.
"""

from __future__ import annotations

import _socket
import select
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sexton.ports import Loop


PIECE = 16 * 1024  # of one read
NOTHING = memoryview(b"")


class Receiver(Protocol):
    """What the transport tells. All are called on the loop's thread; a defect in them is theirs to catch."""

    def received(self, data: bytes) -> None:
        """Bytes have come; b"" once, when the other side has sent its end."""

    def drained(self) -> None:
        """Everything that was pending has been taken."""

    def lost(self) -> None:
        """The connection is broken."""


class Transport:
    __slots__ = ("_fd", "_loop", "_out", "_reading", "_receiver", "_socket", "_watching", "at_end")

    def __init__(self, loop: Loop, sock: _socket.socket, receiver: Receiver) -> None:
        self._loop = loop
        self._socket = sock
        self._fd = sock.fileno()
        self._receiver = receiver
        self._out = NOTHING
        self._reading = False
        self._watching: Callable[[], None] | None = None
        self.at_end = False  # the other side has sent its end
        self.want(True)

    @property
    def pending(self) -> bool:
        return bool(self._out)

    def send(self, data: bytes) -> bool:
        """Send now what the socket takes and the rest when it can. True when nothing is left: no `drained` comes."""
        if self._out:
            self._out = memoryview(bytes(self._out) + data)
            return False
        self._out = memoryview(data)
        return not data or self._write()

    def want(self, reading: bool) -> None:
        """Read on, or let the other side wait."""
        self._reading = reading
        self._watch()

    def end(self) -> None:
        """Send our end; the other side may still send."""
        with suppress(OSError):  # it is gone already, which reading will tell
            self._socket.shutdown(_socket.SHUT_WR)

    def hung_up(self) -> bool:
        """True when the other side has closed altogether, not only sent its end (poll(2), POLLHUP)."""
        poll = select.poll()
        poll.register(self._fd, 0)
        return any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll(0))

    def close(self) -> None:
        """Forget what is pending and close. May be called twice."""
        self._out = NOTHING
        self.at_end = True
        self._watch()
        self._socket.close()

    def _watch(self) -> None:
        wanted = self._on_writable if self._out else self._on_readable if self._reading and not self.at_end else None
        if wanted == self._watching:
            return
        self._watching = wanted
        if wanted is None:
            self._loop.unwatch(self._fd)
        else:
            self._loop.watch(self._fd, wanted, write=bool(self._out))

    def _on_readable(self) -> None:
        try:
            data = self._socket.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._receiver.lost()
            return
        if not data:
            self.at_end = True
            self._watch()
        self._receiver.received(data)

    def _on_writable(self) -> None:
        if self._write():
            self._receiver.drained()

    def _write(self) -> bool:
        try:
            sent = self._socket.send(self._out)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._receiver.lost()
            return False
        self._out = self._out[sent:] if sent < len(self._out) else NOTHING  # an empty slice would keep the answer
        self._watch()
        return not self._out
