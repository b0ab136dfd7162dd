"""Lines of output: cutting a stream of bytes into lines, and dressing a line for our own output.

A line longer than MAX_LINE is cut there, so that a child that never ends a line costs bounded memory; the log file
keeps the bytes as they came, only the relayed copy is cut.
"""

import json

from sexton.core.slots import iso
from sexton.model.units import Instant

MAX_LINE = 16_384


class LineCutter:
    """Takes chunks of bytes, gives whole lines without their line feed (a carriage return before it goes too)."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        while len(self._rest) > MAX_LINE:
            lines.append(self._rest[:MAX_LINE])
            self._rest = self._rest[MAX_LINE:]
        return [line.removesuffix(b"\r") for line in lines]

    def finish(self) -> list[bytes]:
        """The last line, when it was never ended."""
        rest, self._rest = self._rest, b""
        return [rest] if rest else []


def prefixed(name: str, line: bytes, width: int) -> bytes:
    """`ingest   | text`, the names of all padded to one width."""
    return f"{name:<{width}} | ".encode() + line + b"\n"


def json_line(at: Instant, **fields: object) -> bytes:
    """One JSON object; bytes become text with undecodable ones replaced."""
    shown = {
        key: value.decode(errors="replace") if isinstance(value, bytes) else value for key, value in fields.items()
    }
    return json.dumps({"time": iso(at)} | shown, ensure_ascii=False, default=str).encode(errors="replace") + b"\n"


def one_line(text: str) -> str:
    """Text that cannot forge a log line: line ends and control characters are shown as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def last_lines(data: bytes, count: int) -> str:
    """The last `count` lines that are not blank, as text with undecodable bytes replaced."""
    lines = [line for line in data.decode(errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-count:])
