"""A notice → whatever Apprise can reach (the extra `sexton[apprise]`).

Apprise says only whether all went well, so whatever did not is tried again; what it logs is not passed on, because its
addresses hold keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sexton.mail.content import Mood
from sexton.net.errors import Misconfigured, TryLater
from sexton.sinks import digest
from sexton.sinks import notice as says
from sexton.sinks.order import Order

_LINES = 30
_LIMIT = 8_000  # characters of the log
_TYPES = {Mood.GOOD: "success", Mood.BAD: "failure", Mood.CALM: "info"}


def deliver(order: Order) -> Mapping[str, Any]:
    try:
        import apprise
    except ImportError:
        raise Misconfigured("Apprise is not there; install sexton[apprise]") from None
    sending = apprise.Apprise()
    for number, url in enumerate(order.options["urls"], 1):
        if not sending.add(url):
            raise Misconfigured(f"address {number} is none that Apprise knows")
    if not sending.notify(
        title=says.title(order.notice), body=_body(order), notify_type=_TYPES[says.mood(order.notice)]
    ):
        raise TryLater("Apprise could not deliver it to all of its addresses")
    return {}


def _body(order: Order) -> str:
    lines = [f"{label}: {value}" for label, value in says.facts(order.notice)]
    tail = "\n".join(digest.lines(order.notice, _LINES, _LIMIT)) or says.tail(order.notice, _LINES, _LIMIT)
    return "\n".join([*lines, *(["", tail] if tail else [])])
