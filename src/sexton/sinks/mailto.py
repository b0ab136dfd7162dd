"""What a mail by MAILTO has instead of a notice's: cron(8)'s subject, the command, and all that the run has printed.

The output is the log's file; where that is gone, the last lines that the notice brought. Of more than MOST bytes or
LINES lines it is the end, and the heading says how much is left out. What a sink's own `subject` and `tail` say counts.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from typing import Any

from sexton.mail.content import Piece
from sexton.mail.ending import read_end
from sexton.mail.tail import last_lines
from sexton.sinks import notice as says
from sexton.wire.clean import one_line

MOST = 1_000_000  # bytes
LINES = 10_000
_LONGEST = 2_000  # characters of a command


def subject(notice: Mapping[str, Any]) -> str:
    """`Cron <user@host> command`, as filters of mail know it."""
    host = str(notice.get("host") or os.uname().nodename)
    return f"Cron <{notice.get('user') or _user()}@{host}> {command(notice)}"


def command(notice: Mapping[str, Any]) -> str:
    return one_line(str(notice.get("command") or says.about(notice)), _LONGEST)


def output(notice: Mapping[str, Any]) -> list[Piece]:
    """None where nothing was printed."""
    try:
        path = str(notice.get("log") or "")
        size, data = (os.stat(path).st_size, read_end(path, MOST)) if path else (0, b"")
    except OSError:
        size, data = 0, b""
    if not data:
        brought = says.tail(notice, LINES, MOST)
        return [Piece("The last lines of the output; its log is gone:", brought)] if brought else []
    kept = _whole_lines(data, cut=size > len(data))
    left_out = f", without the first {size - len(kept):,} bytes of {size:,}" if size > len(kept) else ""
    return [Piece(f"Output{left_out}:", last_lines(kept.decode("utf-8", "replace"), LINES, MOST + 1, blank=True))]


def _whole_lines(data: bytes, *, cut: bool) -> bytes:
    """The last LINES lines, without one whose beginning was cut off."""
    lines = data.removesuffix(b"\n").split(b"\n")
    if cut and len(lines) > 1:
        del lines[0]
    end = b"\n" if data.endswith(b"\n") else b""
    return b"\n".join(lines[-LINES:]) + end


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
