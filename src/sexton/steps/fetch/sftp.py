"""Files of an SFTP server: sftp://user@host:port/outbox/*.csv, from where one is after logging in, //srv from the root.

Its versions are a size and a time of whole seconds, as the protocol has them. What is read is read from one opened
file, up to the size that it had, and is that version if that still holds at the end.
"""

import posixpath
from collections.abc import Callable, Iterator

from sexton.config.steps.fetch import Options
from sexton.steps.deadline import Deadline
from sexton.steps.fetch.pattern import Child, matching, split
from sexton.steps.fetch.source import Changed, Found, Missing, Stream, of_one_file
from sexton.steps.names import shown
from sexton.steps.sftp import connect
from sexton.steps.sftp.address import Address, parse
from sexton.steps.sftp.client import Client, Info, Reader
from sexton.steps.sftp.failures import Absent

_CHUNK = 1 << 20


def source(address: str, options: Options, deadline: Deadline) -> "Outbox":
    """Raises Misconfigured. It connects when it is asked for something, and again after a cut."""
    there = parse(address)
    return Outbox(there, lambda: connect(there, options, deadline))


class Outbox:
    """Implements Source. The address's path may be a pattern."""

    def __init__(self, address: Address, connect: Callable[[], Client]) -> None:
        self._connect = connect
        self._connected: Client | None = None
        self._server = address._replace(user="").server
        self._base, self._parts = split(address.path)

    def list(self) -> Iterator[Found]:
        base, parts = self._base, self._parts
        if not parts:
            info = self._client().look(base, follow=True)
            if info is None:
                why = f"cannot fetch {shown(base)}: there is no such file or folder ({self._server})"
                raise Missing(why, self._address(base))
            if not info.is_folder:
                yield self._found(posixpath.basename(base), base, info)
                return
        for name, child in matching(base, parts or ("*",), self._children):
            yield Found(self._address(posixpath.join(base, name)), name, child.size, child.modified, may_grow=True)

    def open(self, found: Found, offset: int = 0, held: Found | None = None) -> Stream | None:
        client, path = self._client(), found.address.removeprefix(f"{self._server}/")
        with of_one_file():
            now = client.look(path)
        if now is None or not now.is_file:
            raise Changed
        version = self._found(found.name, path, now)
        known = held is not None and held.version == version.version
        if known and not offset:
            return None
        offset = offset if known else 0
        return Stream(version, offset, _chunks(_reader(client, path), now, offset))

    def close(self) -> None:
        if self._connected is not None:
            self._connected.close()

    def _client(self) -> Client:
        if self._connected is None or self._connected.is_cut:
            self.close()
            self._connected = self._connect()
        return self._connected

    def _children(self, folder: str) -> Iterator[Child]:
        for name, info in self._client().names(folder):
            if "/" not in name:
                kind = "file" if info.is_file else "folder" if info.is_folder else ""
                yield Child(name, kind, info.size, info.modified)

    def _found(self, name: str, path: str, info: Info) -> Found:
        return Found(self._address(path), name, info.size, info.modified, may_grow=True)

    def _address(self, path: str) -> str:
        return f"{self._server}/{path}"


def _reader(client: Client, path: str) -> Reader:
    try:
        with of_one_file():
            return client.read(path)
    except Absent as error:
        raise Changed from error


def _chunks(reader: Reader, version: Info, offset: int) -> Iterator[bytes]:
    with of_one_file(), reader:
        if reader.look() != version:
            raise Changed
        for block in reader.blocks(offset):
            block = block[: version.size - offset]
            offset += len(block)
            yield from (block[at : at + _CHUNK] for at in range(0, len(block), _CHUNK))
            if offset == version.size:
                break
        if reader.look() != version:
            raise Changed
