"""A process under observation: started in a folder of its own, heard line by line, and surely ended.

Every wait has an end, and so has the process: with the `with` block, by TERM first, so that it can end its children.
"""

import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

PATIENCE = 60.0  # seconds for a line to come or a process to end
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}


class Observed:
    """A process whose output is read from a pipe; `began` is the wall clock in nanoseconds just before its start."""

    def __init__(self, argv: Sequence[str | Path], home: Path, env: Mapping[str, str] | None = None) -> None:
        everything = {**ENVIRONMENT, "HOME": str(home), **(env or {})}
        self.began = time.time_ns()
        self._process = subprocess.Popen(
            [str(word) for word in argv],
            cwd=home,
            env=everything,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            bufsize=0,
        )
        self.pid = self._process.pid
        self._pipe = self._process.stdout
        self._heard = b""
        self._rest = b""

    def __enter__(self) -> "Observed":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._pipe:
            self._pipe.close()

    def line(self) -> str:
        """The next line of its output. Raises RuntimeError with all that was said when none comes."""
        until = time.monotonic() + PATIENCE
        while b"\n" not in self._rest:
            self._rest += self._read(until)
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode("utf-8", "replace").rstrip()

    def until(self, word: str) -> str:
        """Hear line after line until one contains `word`."""
        while word not in (line := self.line()):
            pass
        return line

    def forget(self) -> None:
        """Throw away what it has said and nobody has read, so that its pipe does not fill."""
        while self._pipe and select.select([self._pipe], [], [], 0)[0] and self._pipe.read(65_536):
            pass

    def kill(self) -> str:
        """End it at once, without a chance to tidy up; what it said and nobody has read."""
        self._process.kill()
        self._process.wait()
        rest = self._rest + (self._pipe.read() if self._pipe else b"")
        return rest.decode("utf-8", "replace")

    def _read(self, until: float) -> bytes:
        if self._pipe and select.select([self._pipe], [], [], max(until - time.monotonic(), 0))[0]:
            data: bytes = self._pipe.read(65_536)
            self._heard += data
            if data:
                return data
        raise RuntimeError(
            f"cannot go on: the process said no more; it had said:\n{self._heard.decode('utf-8', 'replace')}"
        )
