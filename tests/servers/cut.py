"""A door before a server that cuts, stalls or slows the connections that go through it.

with Cut(port) as cut:
    cut.next(after=100_000)                # the next connection ends when so many bytes have come from the client
    cut.next(after=50_000, then="stall")   # and the one after that hears nothing more, though it stays open
The others pass untouched. `from_server=True` counts the other way's bytes.
"""

import socket
import struct
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Literal, NamedTuple

_BLOCK = 65_536
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close sends RST (socket(7))


class Fault(NamedTuple):
    after: int | None = None
    then: Literal["cut", "stall"] = "cut"
    from_server: bool = False
    rate: int | None = None  # bytes a second


class Cut:
    """`taken` counts the connections, `struck` is set when a fault has come. A context manager; connect to `port`."""

    def __init__(self, target: int) -> None:
        self.taken = 0
        self.struck = threading.Event()
        self._target = target
        self._faults: deque[Fault] = deque()
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def next(
        self,
        after: int | None = None,
        then: Literal["cut", "stall"] = "cut",
        from_server: bool = False,
        rate: int | None = None,
    ) -> None:
        """What shall befall the next connection that has no fault yet."""
        self._faults.append(Fault(after, then, from_server, rate))

    def __enter__(self) -> "Cut":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for each in self._open:
            _hang_up(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _hang_up(client)  # as long as the server is down
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what passes is not slower than without us
            self.taken += 1
            self._open += [client, server]
            fault = self._faults.popleft() if self._faults else Fault()
            ways = ((client, server, fault.from_server), (server, client, not fault.from_server))
            for source, sink, untouched in ways:
                chosen = Fault() if untouched else fault
                threading.Thread(target=self._pass_on, args=(source, sink, chosen), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, fault: Fault) -> None:
        """What came before the cut still arrives: the far side sees an end, the near one a reset."""
        left = fault.after
        with suppress(OSError):
            while left is None or left > 0:
                data = source.recv(_BLOCK if left is None else min(left, _BLOCK))
                if not data:
                    break
                if fault.rate:
                    time.sleep(len(data) / fault.rate)
                sink.sendall(data)
                left = None if left is None else left - len(data)
        if left != 0:
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
            return
        if fault.then == "cut":
            with suppress(OSError):
                sink.shutdown(socket.SHUT_RDWR)
            _hang_up(source)
        self.struck.set()


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
