"""What all connections of one door share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from sexton.api.access import Rule
    from sexton.api.limits import Limits
    from sexton.model.views import JobView
    from sexton.ports import Control, Loop

Encoded: TypeAlias = "dict[str, tuple[JobView, bytes]]"


class Site(NamedTuple):
    """`report` hears of defects and troubles, one line each. `half_open`: a client that has sent its end may still be
    there, and the kernel tells when it is not (unix sockets). `encoded` has each job's view as the last
    answer had it."""

    loop: Loop
    control: Control
    access: Rule
    report: Callable[[str], None]
    limits: Limits
    encoded: Encoded
    half_open: bool = True
