"""A notice → whatever Apprise can reach (the extra `sexton[apprise]`).

Apprise says only whether all went well, so whatever did not is tried again; why it did not, it logs. Its addresses hold
keys, so that whatever stands in them is taken out of what is passed on.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from sexton.mail.content import Mood
from sexton.net.errors import Misconfigured, TryLater
from sexton.sinks import digest
from sexton.sinks import notice as says
from sexton.sinks.order import Order
from sexton.wire.clean import one_line

_LINES = 30
_LONGEST = 200  # characters of a reason
_LIMIT = 8_000  # characters of the log
_REASONS = 3  # the last ones
_SHORTEST = 4  # characters of a key; what is shorter is a word like any other
_WORD = re.compile(r"[\w.~%-]+")
_TYPES = {Mood.GOOD: "success", Mood.BAD: "failure", Mood.CALM: "info"}


def deliver(order: Order) -> Mapping[str, Any]:
    try:
        import apprise
    except ImportError:
        raise Misconfigured("Apprise is not there; install sexton[apprise]") from None
    heard = _Heard()
    logging.getLogger("apprise").addHandler(heard)
    sending = apprise.Apprise()
    for number, url in enumerate(order.options["urls"], 1):
        if not sending.add(url):
            raise Misconfigured(f"address {number} is none that Apprise knows")
    if not sending.notify(
        title=says.title(order.notice), body=_body(order), notify_type=_TYPES[says.mood(order.notice)]
    ):
        why = heard.without(order.options["urls"])
        raise TryLater("Apprise could not deliver it to all of its addresses" + (f": {why}" if why else ""))
    return {}


class _Heard(logging.Handler):
    """What Apprise warns of while it delivers."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: deque[str] = deque(maxlen=_REASONS)

    def emit(self, record: logging.LogRecord) -> None:
        reason = one_line(record.getMessage(), _LONGEST)
        if reason not in self._said:
            self._said.append(reason)

    def without(self, urls: Sequence[str]) -> str:
        """The last reasons, and nothing of what these addresses have after their scheme, however it is written."""
        said = "; ".join(self._said)
        written = [word for url in urls for word in _WORD.findall(url.partition(":")[2])]
        meant = [unquote(word) for word in written]
        words = {word for text in (*written, *meant) for word in (text, *_WORD.findall(text)) if len(word) >= _SHORTEST}
        for word in sorted(words, key=len, reverse=True):
            said = re.sub(re.escape(word), "…", said, flags=re.IGNORECASE)
        return said


def _body(order: Order) -> str:
    lines = [f"{label}: {value}" for label, value in says.facts(order.notice)]
    tail = "\n".join(digest.lines(order.notice, _LINES, _LIMIT)) or says.tail(order.notice, _LINES, _LIMIT)
    return "\n".join([*lines, *(["", tail] if tail else [])])
