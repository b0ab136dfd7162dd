"""A digest → its lines: how many of each outcome, then each job and service with how it went, how often, and when.

What it says comes of core/digest.py by way of the database. Pure; each line is free of control characters, and short.
"""

from collections.abc import Mapping
from typing import Any

from sexton.core.digest import moment
from sexton.core.notice_text import title
from sexton.sinks import notice as says
from sexton.wire.clean import one_line

_LONGEST = 500  # characters of a line
_LAST_LINE = 30  # characters of what is said of the others


def lines(notice: Mapping[str, Any], most: int, limit: int) -> list[str]:
    """Nothing of what is no digest. No more than `most` jobs and outcomes in `limit` characters; then how many more
    there are."""
    items = notice.get("items") or []
    counts = [f"{count} {word.replace('_', ' ')}" for word, count in (notice.get("outcomes") or {}).items()]
    head = [one_line(", ".join(counts), _LONGEST)] if counts else []
    room = limit - sum(map(len, head)) - _LAST_LINE
    told: list[str] = []
    for item in items[:most]:
        line = one_line(_line(item), _LONGEST)
        room -= len(line) + 1
        if room < 0:
            break
        told.append(line)
    more = int(notice.get("groups") or len(items)) - len(told)
    return [*head, *told, *([f"and {more} more"] if more > 0 else [])]


def _line(item: object) -> str:
    """`Mon 2026-03-02 08:00:03 +01:00: ingest failed: exited with code 3`, and of several from when to when."""
    if not isinstance(item, Mapping):
        return str(item)
    last = says.moment(moment(item))
    if item.get("times", 1) == 1 or not item.get("outcome"):
        said = str(item.get("title") or dict(item))
        return f"{last}: {said}" if last else said
    reason = f": {item['reason']}" if item.get("reason") else ""
    what = title({**item, "reason": ""})
    times = f"{item['times']} times" + (", at last" if reason else "")
    return f"{says.moment(item.get('first'))} to {last}: {what}, {times}{reason}"
