"""Who may ask for what: one rule per door, asked by the router before any resource.

A rule takes the request and whether it changes something, and raises Refused("forbidden") with what would be right.
Invariant: nothing is decided about access anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sexton.api.request import Request

Rule: TypeAlias = "Callable[[Request, bool], None]"


def socket_owner(_request: Request, _changes: bool) -> None:
    """The unix socket's rule: all is allowed. The file is 0600 in a folder that nobody else can change
    (socketfile.py), so the kernel has let in only its owner and root."""
