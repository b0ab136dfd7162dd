"""How often a client may present a wrong token before none of its tokens is looked at for a while.

Counts per address (of IPv6 per /64, which one person has), for a minute. Invariant: at most REMEMBERED addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sexton.core.addresses import packed
from sexton.model.errors import Refused
from sexton.model.units import MINUTE, Elapsed

if TYPE_CHECKING:
    from sexton.ports import Clock

MOST = 10
WINDOW = MINUTE
REMEMBERED = 1024


class Throttle:
    """`report` hears, once per window, of an address that guesses."""

    def __init__(self, clock: Clock, report: Callable[[str], None]) -> None:
        self._clock = clock
        self._report = report
        self._wrong: dict[bytes, tuple[int, Elapsed]] = {}  # how many, since when; oldest window first

    def check(self, address: str) -> None:
        """Refused(too_many) while the address has used up its attempts, right or wrong."""
        if self._count(_key(address))[0] >= MOST:
            raise Refused("too_many", "too many wrong tokens from this address; try again in a minute")

    def failed(self, address: str) -> None:
        """The address has presented a wrong token."""
        key = _key(address)
        count, since = self._count(key)
        self._wrong.pop(key, None) if count == 0 else None
        if key not in self._wrong and len(self._wrong) >= REMEMBERED:
            del self._wrong[next(iter(self._wrong))]
        self._wrong[key] = count + 1, since
        if count + 1 == MOST:
            self._report(f"{MOST} wrong tokens from {address}; no token of this address is looked at for a minute")

    def _count(self, key: bytes) -> tuple[int, Elapsed]:
        now = self._clock.now().elapsed
        count, since = self._wrong.get(key, (0, now))
        return (count, since) if now - since < WINDOW else (0, now)


def _key(address: str) -> bytes:
    found = packed(address)
    return address.encode() if found is None else found[:8]
