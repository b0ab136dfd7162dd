"""What all connections of one door share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sexton.api.access import Rule
    from sexton.api.limits import Limits
    from sexton.ports import Control, Loop


class Site(NamedTuple):
    """`report` hears of defects and troubles, one line each."""

    loop: Loop
    control: Control
    access: Rule
    report: Callable[[str], None]
    limits: Limits
