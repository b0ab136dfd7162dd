"""Whether the daemon that answers is the one that was asked, gone on as a new image of itself (a reexec).

A connection ends with the image that had it. Invariant: another process, or the same image, is never taken for a new
image: what it was asked is gone, or was refused for good.
"""

from __future__ import annotations

from datetime import datetime

from sexton.model.views import InfoView

SLACK = 1.0  # seconds, for clocks that are set meanwhile and answers on their way


def is_new(info: InfoView, seconds: float) -> bool:
    """Whether the image that runs began within the last `seconds`, in a process that is older."""
    if info["image_started"] == info["started"]:
        return False
    age = datetime.fromisoformat(info["now"]) - datetime.fromisoformat(info["image_started"])
    return age.total_seconds() <= seconds + SLACK
