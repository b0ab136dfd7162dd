"""A mail server that takes what it is sent (RFC 5321, as far as smtplib goes), one connection at a time."""

import queue
import socket
import threading
from io import BufferedRWPair

LIMIT = 20.0


class MailServer:
    """`mails` has what came, as text. A context manager. Port 0 is a free one."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._listening = socket.create_server((host, port))
        self.address = "{}:{}".format(*self._listening.getsockname())
        self._mails: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._serve, daemon=True).start()

    def mail(self) -> str:
        """The next mail that has come or comes."""
        return self._mails.get(timeout=LIMIT)

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: BufferedRWPair) -> None:
        stream.write(b"220 here\r\n")
        stream.flush()
        for line in stream:
            verb = line.split()[0].upper() if line.split() else b""
            stream.write(b"354 go on\r\n" if verb == b"DATA" else b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            stream.flush()
            if verb == b"QUIT":
                return
            if verb == b"DATA":
                self._mails.put(b"".join(iter(stream.readline, b".\r\n")).decode())
                stream.write(b"250 ok\r\n")
                stream.flush()
