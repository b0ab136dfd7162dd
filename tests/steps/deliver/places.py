"""Places of every kind that files can be delivered to, behind one interface, for tests."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sexton.config.steps.deliver import Options
from sexton.model.units import MINUTE
from tests.servers.odd_sftp import PASSWORD, OddSftp
from tests.servers.sshd import Sshd
from tests.steps.doing import tree, written


class Target:
    """A folder with options that lead there; `files` is what is in it, `put` puts something there."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder = folder
        self._options = options

    def options(self, **more: Any) -> Options:
        return Options(**{"deadline": MINUTE, **self._options, **more})

    def files(self) -> dict[str, bytes]:
        return tree(self.folder)

    def put(self, name: str, content: str) -> None:
        written(self.folder / name, content)


class MemoryTarget(Target):
    """A place of fsspec's own."""

    def __init__(self, name: str) -> None:
        from fsspec.implementations.memory import MemoryFileSystem

        self._files = MemoryFileSystem()
        self._root = f"/{name}"
        self._files.makedirs(self._root)
        super().__init__(Path(self._root), to=f"memory:/{self._root}")

    def files(self) -> dict[str, bytes]:
        found = self._files.find(self._root)
        return {os.path.relpath(path, self._root): self._files.cat_file(path) for path in found}

    def put(self, name: str, content: str) -> None:
        self._files.pipe_file(f"{self._root}/{name}", content.encode())


def of_sshd(server: Sshd, name: str, port: int | None = None) -> Target:
    """A new folder in its home; by another port, if there is a door before it."""
    folder = server.home / name
    folder.mkdir()
    keys = "\n".join(server.host_keys)
    url = f"sftp://{server.user}@127.0.0.1:{port or server.port}/{name}"
    return Target(folder, to=url, key_file=str(server.key_file), host_key=keys)


def of_odd(server: OddSftp, name: str = "") -> Target:
    return Target(server.folder / name, to=server.url(name), password=PASSWORD, host_key=server.host_key)


Make = Callable[[str], Target]
