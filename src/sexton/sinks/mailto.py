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
    """None where nothing was printed. Of several attempts each has a piece, and the last of them the room first."""
    logs = says.logs(notice)
    pieces: list[Piece] = []
    room, lines = MOST, LINES
    for attempt, path in reversed(logs):
        size, data = _end_of(path, room)
        kept = _whole_lines(data, lines, cut=size > len(data))
        if size:
            which = f" of attempt {attempt}" if len(logs) > 1 else ""
            left_out = f", without the first {size - len(kept):,} bytes of {size:,}" if size > len(kept) else ""
            text = last_lines(kept.decode("utf-8", "replace"), LINES, MOST + 1, blank=True)
            pieces.insert(0, Piece(f"Output{which}{left_out}:", text))
        room, lines = room - len(kept), lines - kept.count(b"\n")
    last = "" if logs and _end_of(logs[-1][1], 1)[0] else says.tail(notice, LINES, MOST)
    return [*pieces, Piece("The last lines of the output; its log is gone:", last)] if last else pieces


def _end_of(path: str, most: int) -> tuple[int, bytes]:
    """How long a log is, and its last bytes."""
    try:
        return os.stat(path).st_size, read_end(path, most)
    except OSError:
        return 0, b""


def _whole_lines(data: bytes, most: int, *, cut: bool) -> bytes:
    """The last `most` lines, without one whose beginning was cut off."""
    lines = data.removesuffix(b"\n").split(b"\n")
    if cut and len(lines) > 1:
        del lines[0]
    end = b"\n" if data.endswith(b"\n") else b""
    return b"\n".join(lines[-most:]) + end if most > 0 else b""


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
