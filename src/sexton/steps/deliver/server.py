"""Delivering to an SFTP server. It may know as little as version 3 of the protocol (draft-ietf-secsh-filexfer-02);
where it has OpenSSH's extensions, names are replaced in one go and files are on its disk before they get their name."""

from collections.abc import Iterator
from contextlib import contextmanager

from sexton.config.steps.deliver import Options
from sexton.steps.deadline import Deadline
from sexton.steps.deliver.place import BLOCK, Seen, whole_blocks
from sexton.steps.errors import NotPermitted, StepError, Temporary
from sexton.steps.sftp import client, connect
from sexton.steps.sftp.address import parse
from sexton.steps.sftp.failures import Unsupported


class Server:
    """Implements Place; connected when made."""

    def __init__(self, options: Options, deadline: Deadline) -> None:
        address = parse(options.to)
        self._client = connect(address, options, deadline)
        self._folder = address.path
        self._known: set[str] = set()
        self.where = f"{self._client.server}, {self._folder}"
        self.close = self._client.close

    def enter(self, make: bool) -> None:
        found = self._client.look(self._folder, follow=True)
        if found is None and make:
            self._make(self._folder)
        elif found is None or not found.is_folder:
            raise StepError(f"cannot deliver to {self.where}: there is no such folder; make it, or set `make_folders`")

    def look(self, name: str) -> Seen | None:
        found = self._client.look(self._path(name))
        return _seen(found)

    def make_folders(self, name: str) -> None:
        path = self._folder
        for part in name.split("/")[:-1]:
            path = _below(path, part)
            if path not in self._known:
                self._make_one(path, name)
                self._known.add(path)

    def read(self, name: str) -> Iterator[bytes]:
        with self._client.read(self._path(name)) as reader:
            yield from reader.blocks()

    @contextmanager
    def write(self, part: str, size: int) -> Iterator["_Writer"]:
        writer, begun = self._open(self._path(part), size)
        with writer:
            yield _Writer(self, writer, part, begun)

    def rename(self, part: str, name: str, replace: bool) -> Seen | None:
        old, new = self._path(part), self._path(name)
        if not replace:
            return _seen(self._rename(old, new, name))
        try:
            self._client.replace(old, new)
        except Unsupported:
            self._replace_in_two(old, new, name)
        return self.look(name)

    def remove(self, part: str) -> None:
        self._client.remove(self._path(part))

    def explain(self, error: StepError) -> StepError:
        """Version 3 has one word, "failure", for a full disk and all else: ask how much room there is."""
        if type(error) is not StepError:
            return error
        room = self._client.space(self._folder)
        if room is None or room >= BLOCK:
            return error
        return Temporary(f"{error}; its disk is full: {room:,} bytes are left")

    def _open(self, path: str, size: int) -> tuple[client.Writer, int]:
        """Mostly there is nothing yet, so that is tried first."""
        try:
            return self._client.create(path), 0
        except (Temporary, NotPermitted):
            raise
        except StepError:
            found = self._client.look(path)
            if found is None:
                raise
        if found.is_file and found.size <= size:
            return self._client.write(path), whole_blocks(found.size)
        self._client.remove(path)
        return self._client.create(path), 0

    def _replace_in_two(self, old: str, new: str, name: str) -> None:
        """Where a server cannot do it at once: whoever looks in between finds no file, but never a part of one. The one
        that is replaced is kept until the new one is there."""
        aside = f"{old}.replaced"
        if self._client.look(new) is not None:
            self._remove_if_there(aside)
            self._client.rename(new, aside)
        self._rename(old, new, name)
        self._remove_if_there(aside)

    def _remove_if_there(self, path: str) -> None:
        if self._client.look(path) is not None:
            self._client.remove(path)

    def _rename(self, old: str, new: str, name: str) -> client.Info | None:
        try:
            return self._client.rename(old, new)
        except StepError as error:
            if type(error) is StepError and self._client.look(new) is not None:
                raise StepError(f"cannot deliver {name}: another file came there meanwhile ({self.where})") from None
            raise

    def _make(self, path: str) -> None:
        """With all that lead there."""
        root, parts = ("/", path.strip("/").split("/")) if path.startswith("/") else (".", path.split("/"))
        for part in parts:
            root = _below(root, part)
            if self._client.look(root, follow=True) is None:
                self._make_one(root, path)

    def _make_one(self, path: str, name: str) -> None:
        """No error where it is there, or somebody else makes it at the same time."""
        found = self._client.look(path)
        if found is None:
            try:
                self._client.make_folder(path)
            except StepError:
                found = self._client.look(path)
                if found is None:
                    raise
        if found is not None and not found.is_folder:
            raise StepError(f"cannot deliver {name}: {path} is no folder, or is a link ({self.where}); move it away")

    def _path(self, name: str) -> str:
        return _below(self._folder, name)


class _Writer:
    """Implements Writer. The newest block is held back until it is known whether it is the last one: that is sent with
    all else that ends a file, and a small file so costs one question."""

    def __init__(self, server: Server, writer: client.Writer, part: str, begun: int) -> None:
        self._server, self._writer, self._part = server, writer, part
        self._held, self._offset = b"", begun
        self.begun = begun

    def write(self, block: bytes, offset: int) -> None:
        if self._held:
            with self._explained():
                self._writer.write(self._held, self._offset)
        self._held, self._offset = block, offset

    def finish(self, mode: int | None) -> int:
        with self._explained():
            if mode is not None:
                self._writer.permit(mode)
            size = self._writer.finish(self._held, self._offset)
        if size == self._offset + len(self._held):
            return size
        found = self._server.look(self._part)  # some servers count before they have written
        return found.size if found else 0

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except StepError as error:
            raise self._server.explain(error) from None


def _seen(found: client.Info | None) -> Seen | None:
    return found and Seen(found.is_file, found.size)


def _below(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder.rstrip('/')}/{name}"
