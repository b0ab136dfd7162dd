"""A TCP server on loopback that talks as a function says, a thread for each connection: for servers that misbehave."""

import socket
import threading
from collections.abc import Callable


class Mouth:
    """`talk` has the connection until it returns; what a client that has gone makes of it is no matter. `ending` is set
    when the server ends: who would wait, waits for that. A context manager."""

    def __init__(self, talk: Callable[["Mouth", socket.socket], None]) -> None:
        self.ending = threading.Event()
        self._talk = talk
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def __enter__(self) -> "Mouth":
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.ending.is_set():
            return
        self.ending.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listening.close()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while not self.ending.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._hear, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _hear(self, connection: socket.socket) -> None:
        connection.settimeout(20)
        with connection:
            try:
                self._talk(self, connection)
            except OSError:
                return
