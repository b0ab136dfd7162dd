"""The values of the plan's secrets while Sexton lives, and how processes are given those that they list.

As a variable a value goes without its last line end, in a file as its source has it. Invariant: a value is in the
environment of a process that lists it, in a file of that process's, or nowhere; a file goes when its process has ended.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sexton.model.errors import SpawnError
from sexton.model.process import Process, User
from sexton.model.secret import SecretUse
from sexton.spawn.process import Child
from sexton.spawn.secret_files import SecretFiles
from sexton.wire.redact import LEAST, Redactor

if TYPE_CHECKING:
    from sexton.model.handover import SecretsLeft


class Keyring:
    """`values` by name; `hidden` are more values that nothing may show; `places` are where files may be written."""

    def __init__(self, values: Mapping[str, bytes], hidden: Iterable[bytes], places: Sequence[str]) -> None:
        self.values: Mapping[str, bytes] = dict(values)
        self._places = places
        self._files = SecretFiles(places)
        self._lent: dict[int, list[str]] = {}
        self.redactor = Redactor(map(without_line_end, [*values.values(), *hidden]))
        self.prepare, self.close = self._files.prepare, self._files.close
        self.warnings = [
            f"the secret `{name}` is shorter than {LEAST} bytes: where a process prints it, it stays"
            for name, value in self.values.items()
            if len(without_line_end(value)) < LEAST
        ]

    def leave_behind(self) -> SecretsLeft:
        """What the next image of Sexton goes on with."""
        from sexton.model.handover import SecretsLeft

        folder, lock = self._files.place
        lent = {pid: tuple(files) for pid, files in self._lent.items()}
        return SecretsLeft(self.values, tuple(self._places), tuple(self.warnings), folder, lock, lent)

    def take_up(self, left: SecretsLeft) -> None:
        """Go on where the last image left off."""
        self.warnings = list(left.warnings)
        self._files.take_up(left.folder, left.lock)
        self._lent = {pid: list(files) for pid, files in left.lent.items()}

    def spawn(self, process: Process, env: Mapping[str, str], start: Callable[[Mapping[str, str]], Child]) -> Child:
        """Start a process with its secrets. Raises SpawnError, and nothing is left over then."""
        files: list[str] = []
        try:
            child = start({**env, **{use.variable: self._given(use, process.user, files) for use in process.secrets}})
        except SpawnError as error:
            self._remove(files)
            raise SpawnError(self.redactor.text(str(error))) from None
        if files:
            self._lent[child.pid] = files
        return child

    def ended(self, pid: int) -> None:
        """The process is gone: so are its files."""
        self._remove(self._lent.pop(pid, ()))

    def _given(self, use: SecretUse, user: User | None, files: list[str]) -> str:
        if not use.as_file:
            return self.text(use.secret)
        files.append(self._files.write(use.secret, self._value(use.secret), user))
        return files[-1]

    def text(self, secret: str) -> str:
        """The value as a variable or an option has it. Raises SpawnError."""
        value = self._value(secret)
        if b"\0" in value:
            raise SpawnError(f'the secret `{secret}` holds a NUL character; give it with as = "file"')
        return os.fsdecode(without_line_end(value))

    def _value(self, secret: str) -> bytes:
        value = self.values.get(secret)
        if value is None:
            raise SpawnError(f"the secret `{secret}` was not read when Sexton started; start it anew")
        return value

    def _remove(self, files: Iterable[str]) -> None:
        for path in files:
            self._files.remove(path)


def without_line_end(value: bytes) -> bytes:
    return value.removesuffix(b"\n").removesuffix(b"\r")
