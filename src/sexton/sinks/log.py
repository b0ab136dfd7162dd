"""The end of a run's or service's log: of the file where it still has more than the notice brought along.

A notice brings what the ledger keeps, some twenty lines. The file may have been rotated, compressed or removed since
then, and is never waited for; secrets were taken out of it when it was written.
"""

from collections.abc import Mapping
from typing import Any

from sexton.mail.ending import read_end
from sexton.mail.tail import last_lines
from sexton.sinks import notice as says


def end_of_log(notice: Mapping[str, Any], lines: int, limit: int) -> str:
    """The last `lines` lines that are not empty, at most `limit` characters."""
    brought = says.tail(notice, lines, limit)
    found = _end_of_file(str(notice.get("log") or ""), lines, limit)
    return found if len(found) > len(brought) else brought


def _end_of_file(path: str, lines: int, limit: int) -> str:
    most = 4 * limit  # a character takes no more bytes than that
    try:
        data = read_end(path, most) if path else b""
    except OSError:
        return ""
    whole = data if len(data) < most else data.partition(b"\n")[2]
    return last_lines(whole.decode("utf-8", "replace"), lines, limit)
