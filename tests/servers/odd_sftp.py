"""An SFTP server that takes a password and has the habit one asks for, such as lying about sizes.

with OddSftp(folder, Lies) as server: … server.port, server.known_hosts
It is asyncssh's, in a thread. A habit is a subclass of asyncssh.SFTPServer; those below are found in the wild.
"""

import asyncio
import threading
from pathlib import Path

import asyncssh

USER, PASSWORD = "feed", "open sesame"


class Plain(asyncssh.SFTPServer):
    """No bad habits, and none of OpenSSH's extensions either."""

    def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
        super().__init__(chan, chroot=chan.get_connection().get_extra_info("folder"))

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("not here")

    def fsync(self, file_obj: object) -> None:
        raise asyncssh.SFTPOpUnsupported("not here")

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if Path(self.map_path(newpath).decode()).exists():
            raise asyncssh.SFTPFailure("it is there")
        super().rename(oldpath, newpath)


class Lies(Plain):
    """Says that files are one byte shorter than they are."""

    def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
        return self._shortened(super().lstat(path))

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        return self._shortened(super().fstat(file_obj))

    def _shortened(self, true: object) -> asyncssh.SFTPAttrs:
        attrs = asyncssh.SFTPAttrs.from_local(true)  # type: ignore[arg-type]
        if attrs.permissions is not None and attrs.permissions & 0o100000 and attrs.size:
            attrs.size -= 1
        return attrs


class Hasty(Plain):
    """Counts the bytes of an open file before it has written what was sent to it."""

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        attrs = asyncssh.SFTPAttrs.from_local(super().fstat(file_obj))  # type: ignore[arg-type]
        attrs.size = 0
        return attrs


class Swift(Plain):
    """Looks for a file before it has renamed the one that shall be there."""

    def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
        super().__init__(chan)
        self._renamed = False

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        super().rename(oldpath, newpath)
        self._renamed = True

    def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
        if self._renamed:
            self._renamed = False
            raise asyncssh.SFTPNoSuchFile("not yet")
        return asyncssh.SFTPAttrs.from_local(super().lstat(path))  # type: ignore[arg-type]


class Closed(Plain):
    """Takes files and lets nobody read them."""

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        raise asyncssh.SFTPPermissionDenied("not here")


class Full(Plain):
    """Takes a hundred thousand bytes of each file, then has no room."""

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        if offset + len(data) > 100_000:
            raise asyncssh.SFTPFailure("Failure")
        return int(super().write(file_obj, offset, data))  # type: ignore[arg-type]


class Spoils(Plain):
    """Stores something else than it is sent, of the same size."""

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        return int(super().write(file_obj, offset, bytes(len(data))))  # type: ignore[arg-type]


class OddSftp:
    """A context manager; files are in `folder`."""

    def __init__(self, folder: Path, habit: type[asyncssh.SFTPServer] = Plain) -> None:
        self.folder = folder
        self._habit = habit
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(lambda loop, context: None)  # clients that are gone are no news
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "OddSftp":
        self._thread.start()
        self._acceptor = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(20)
        self.port: int = self._acceptor.get_port()
        self.host_key = f"[127.0.0.1]:{self.port} {self._key.export_public_key().decode().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def url(self, path: str = "") -> str:
        return f"sftp://{USER}@127.0.0.1:{self.port}/{path}"

    async def _listen(self) -> asyncssh.SSHAcceptor:
        folder = str(self.folder)

        class Door(asyncssh.SSHServer):
            def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
                conn.set_extra_info(folder=folder.encode())

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return (username, password) == (USER, PASSWORD)

        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Door, server_host_keys=[self._key], sftp_factory=self._habit
        )

    async def _leave(self) -> None:
        self._acceptor.close()
        await self._acceptor.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
