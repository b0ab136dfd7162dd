"""What all connections of one door share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sexton.api.doors.access import Rule
    from sexton.api.encoded import EncodedJobs
    from sexton.api.limits import Limits
    from sexton.ports import Control, Loop


class Site(NamedTuple):
    """`report` hears of defects and troubles, one line each. `half_open`: a client that has sent its end may still be
    there, and the kernel tells when it is not (unix sockets). `encoded` has the jobs as
    the last answer had them. `only`: how the paths begin that this door is for, None: it is for all."""

    loop: Loop
    control: Control
    access: Rule
    report: Callable[[str], None]
    limits: Limits
    encoded: EncodedJobs
    half_open: bool = True
    only: frozenset[str] | None = None
