"""Where output goes: whether it may be coloured, how wide it may be, JSON or lines.

Colour: FORCE_COLOR, else NO_COLOR, else CLICOLOR_FORCE, else a terminal that is not dumb (force-color.org,
no-color.org, bixense.com/clicolors). Width is a terminal's only: what goes into a pipe or a file is never cut.
Invariant: nothing here fails on a character that the stream cannot encode.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from sexton.cli.failures import Failed

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36"}


class PipeClosed(Exception):
    """Whoever read our output has seen enough."""


class Console:
    """Standard output and standard error as the verbs see them. `width` is None where there is no terminal."""

    def __init__(self, out: TextIO, err: TextIO, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self._out = out
        self._err = err
        for stream in (out, err):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        terminal = out.isatty()
        self.width = _terminal_width(out) if terminal else None
        self.colour = wants_colour(environ, terminal)
        self.ellipsis = "…" if (out.encoding or "").lower().startswith("utf") else "..."

    def paint(self, text: str, style: str) -> str:
        """`text` in the named style ("green", "bold", "bold red"), where colour is wanted."""
        if not (self.colour and style and text):
            return text
        return f"\x1b[{';'.join(_CODES[word] for word in style.split())}m{text}\x1b[0m"

    def line(self, text: str = "") -> None:
        self._write(text + "\n")

    def lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.line(line)

    def text(self, text: str) -> None:
        """Write `text` as it is and at once, for output that is followed as it grows."""
        self._write(text)
        self.flush()

    def raw(self, data: bytes) -> None:
        """Write bytes as they are and at once."""
        self.flush()
        with self._guarded():
            self._out.buffer.write(data)
            self._out.buffer.flush()

    def json(self, value: Any) -> None:
        """Pretty JSON in ASCII, so that no terminal takes a character in it for an order."""
        import json

        self.line(json.dumps(value, indent=2))

    def problem(self, text: str) -> None:
        """Say on standard error what went wrong; where nobody listens there, the exit code says it."""
        with suppress(Failed, PipeClosed):
            self.flush()
        with suppress(OSError):
            self._err.write(text + "\n")
            self._err.flush()

    def flush(self) -> None:
        with self._guarded():
            self._out.flush()

    def _write(self, text: str) -> None:
        with self._guarded():
            self._out.write(text)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            self._abandon()
            raise PipeClosed from None
        except OSError as error:
            self._abandon()
            raise Failed(f"cannot write the output: {error.strerror}") from None

    def _abandon(self) -> None:
        """Send what is still buffered nowhere, or the interpreter would complain of it once more at its end."""
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._out.fileno())
            os.close(nowhere)


def wants_colour(environ: Mapping[str, str], terminal: bool) -> bool:
    """Whether output may be coloured, by the environment's wishes in their order, then by the terminal."""
    if environ.get("FORCE_COLOR"):
        return True
    if environ.get("NO_COLOR"):
        return False
    if environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return terminal and environ.get("TERM") != "dumb"


def _terminal_width(out: TextIO) -> int:
    try:
        return os.get_terminal_size(out.fileno()).columns or 80
    except (OSError, io.UnsupportedOperation):  # a terminal that cannot say: the usual width
        return 80
