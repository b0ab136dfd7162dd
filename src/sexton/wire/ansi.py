"""Takes out of output what colours it or moves the cursor on a terminal: control sequences (ECMA-48, 5.4).

A sequence is ESC, `[`, parameters, intermediates and one final byte. Invariant: what comes out does not depend on how
the bytes were cut; what does not become a sequence comes out as it was, and no more than MOST bytes are waited for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sexton.wire.redact import Redaction

MOST = 62  # bytes of a sequence that is not complete

_BEGINNING = rb"\x1b\[[0-?]{0,50}[ -/]{0,10}"  # true colours take 17 parameters
_SEQUENCE = re.compile(_BEGINNING + rb"[@-~]")
_BEGUN = re.compile(rb"(?:\x1b|" + _BEGINNING + rb")\Z")


class Plain:
    """Implements ports.Filter, behind another that hides secrets, where there is one."""

    __slots__ = ("_before", "_begun")

    def __init__(self, before: Redaction | None = None) -> None:
        self._before = before
        self._begun = b""

    @property
    def rest(self) -> bytes:
        return self._begun + (b"" if self._before is None else self._before.rest)

    @rest.setter
    def rest(self, held: bytes) -> None:
        """As if it had not been fed yet: a sequence that has begun is no part of a secret."""
        if self._before is None:
            self._begun = held
        else:
            self._begun, self._before.rest = b"", held

    def feed(self, data: bytes) -> bytes:
        return self._strip(data if self._before is None else self._before.feed(data))

    def finish(self) -> bytes:
        said = b"" if self._before is None else self._strip(self._before.finish())
        begun, self._begun = self._begun, b""
        return said + begun

    def _strip(self, data: bytes) -> bytes:
        data = self._begun + data
        begun = _BEGUN.search(data, max(0, len(data) - MOST))
        self._begun = b"" if begun is None else begun[0]
        return _SEQUENCE.sub(b"", data if begun is None else data[: begun.start()])
