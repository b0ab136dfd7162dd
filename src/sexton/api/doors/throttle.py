"""How often wrong tokens come from an address, and when that is too often.

Only wrong tokens are answered by it: all users of a machine share an address, and none may lock out the others. What
keeps a token from being guessed is its length. Counts per address (of IPv6 per /64, which one person has), for a
minute. Invariant: at most REMEMBERED addresses.
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

    def failed(self, address: str) -> None:
        """The address has presented a wrong token: Refused(too_many) when that was so MOST times within the minute."""
        key = _key(address)
        count, since = self._count(key)
        if count >= MOST:
            raise Refused("too_many", "too many wrong tokens from this address; this one is wrong too")
        self._wrong.pop(key, None) if count == 0 else None
        if key not in self._wrong and len(self._wrong) >= REMEMBERED:
            del self._wrong[next(iter(self._wrong))]
        self._wrong[key] = count + 1, since
        if count + 1 == MOST:
            self._report(f"{MOST} wrong tokens from {address} within a minute; is somebody guessing?")

    def _count(self, key: bytes) -> tuple[int, Elapsed]:
        now = self._clock.now().elapsed
        count, since = self._wrong.get(key, (0, now))
        return (count, since) if now - since < WINDOW else (0, now)


def _key(address: str) -> bytes:
    found = packed(address)
    return address.encode() if found is None else found[:8]
