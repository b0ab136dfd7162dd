"""A notice in a line: what a mail has for its subject, and a list for its rows."""

from collections.abc import Mapping
from typing import Any

_SAID = {
    "health": "is not well",
    "timeout": "timed out",
    "lost": "was lost",
    "fatal": "is down for good",
    "late": "is late",
    "exited": "has ended and stays down",
}
_MOST = 200  # characters of a reason


def title(notice: Mapping[str, Any]) -> str:
    """`ingest failed: exited with code 3`."""
    about = notice.get("job") or notice.get("service") or "Sexton"
    said = _SAID.get(str(notice["outcome"]), str(notice["outcome"]).replace("_", " "))
    again = " still" if notice.get("reminder") else ""
    reason = str(notice.get("reason") or "")[:_MOST]
    return f"{about}{again} {said}" + (f": {reason}" if reason else "")


def left_untold(waiting: Mapping[str, int], *, kept: bool) -> str:
    """`2 notices wait for the next start: ops, hc`. `waiting` counts them by sink; `kept`: the store outlives us."""
    count = sum(waiting.values())
    noun, wait, are = ("notice", "waits", "is") if count == 1 else ("notices", "wait", "are")
    sinks = ", ".join(sorted(waiting))
    if kept:
        return f"{count} {noun} {wait} for the next start: {sinks}"
    return f"{count} {noun} {are} lost, for the history is in memory alone: {sinks}"
