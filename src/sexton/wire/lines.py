"""Lines of output: cutting a stream of bytes into lines, and dressing a line for our own output.

A line longer than MAX_LINE is cut there, so that a child that never ends a line costs bounded memory; the log file
keeps the bytes as they came, only the relayed copy is cut.
"""

from collections.abc import Mapping

from sexton.core.slots import iso
from sexton.model.units import Instant

MAX_LINE = 16_384


class LineCutter:
    """Takes chunks of bytes, gives whole lines without their line feed (a carriage return before it goes too). `rest`
    is the line that has begun."""

    __slots__ = ("rest",)

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes."""
        *ended, rest = (self.rest + data).split(b"\n")
        lines: list[bytes] = []
        for line in ended:
            if len(line) > MAX_LINE:
                *pieces, line = _pieces(line)
                lines += pieces
            lines.append(line.removesuffix(b"\r"))
        *pieces, self.rest = _pieces(rest)
        return lines + pieces

    def finish(self) -> list[bytes]:
        """The last line, when it was never ended."""
        rest, self.rest = self.rest, b""
        return [rest] if rest else []


def _pieces(line: bytes) -> list[bytes]:
    """`line` cut every MAX_LINE bytes, but not before a carriage return at its end: that may be part of CR LF."""
    pieces = []
    while len(line) > MAX_LINE and line[MAX_LINE:] != b"\r":
        pieces.append(line[:MAX_LINE])
        line = line[MAX_LINE:]
    return [*pieces, line]


def prefixed(name: str, lines: list[bytes], width: int) -> bytes:
    """`ingest   | text` for each line, the names of all padded to one width."""
    head = f"{name:<{width}} | ".encode()
    return b"".join([b"%b%b\n" % (head, line) for line in lines])


def visible(line: bytes) -> bytes:
    """The line as a terminal may have it: what could steer it, or pretend to be another line, is shown as escapes."""
    text = line.decode(errors="replace")
    if text.isprintable():
        return line
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in text).encode()


def json_line(at: Instant, **fields: object) -> bytes:
    """One JSON object on one line, of printable characters alone (json by itself would let U+2028 and terminal controls
    through)."""
    import json  # not needed by the text that is the default

    text = json.dumps({"time": iso(at)} | fields, ensure_ascii=False, default=str)
    if not text.isprintable():
        text = json.dumps({"time": iso(at)} | fields, default=str)
    return text.encode() + b"\n"


def json_lines(at: Instant, fields: Mapping[str, str], lines: list[bytes]) -> bytes:
    """An object as json_line's for each line of output, which is its last field, `line`. A flood of short lines has to
    cost little, so what they have in common is written once, and bytes that are no text are replaced."""
    import json

    head = json_line(at, **fields).decode().removesuffix("}\n") + ', "line": '
    as_it_is, escaped = json.JSONEncoder(ensure_ascii=False).encode, json.JSONEncoder().encode
    texts = [line.decode(errors="replace") for line in lines]
    said = [f"{head}{as_it_is(text) if text.isprintable() else escaped(text)}}}\n" for text in texts]
    return "".join(said).encode()


def one_line(text: str) -> str:
    """Text that cannot forge a log line: line ends and control characters are shown as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def last_lines(data: bytes, count: int) -> str:
    """The last `count` lines that are not blank, as text with undecodable bytes replaced."""
    lines = [line for line in data.decode(errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-count:])
