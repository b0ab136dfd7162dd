"""What an answer over HTTP means: accepted, try again, or refused (RFC 9110, section 15). Pure.

Retry-After (section 10.2.3) is passed on, as seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sexton.net.errors import TryLater, Undelivered
from sexton.wire.clean import clean

if TYPE_CHECKING:
    from sexton.net.http import Answer

_LATER = (408, 425, 429)
_SHOWN = 200  # characters of an answer in a message
_LONGEST_WAIT = 86_400.0  # seconds; who asks for more gets this


def judge(answer: Answer, host: str, now: datetime) -> None:
    """Return when the answer is 2xx. Raises TryLater or Undelivered, which say what came."""
    if 200 <= answer.status < 300:
        return
    said = f"{host} answered {answer.status}{_excerpt(answer.body)}"
    if answer.status in _LATER or answer.status >= 500:
        raise TryLater(said, retry_after(answer.headers.get("retry-after", ""), now))
    if 300 <= answer.status < 400:
        raise Undelivered(
            f"{host} answered {answer.status}: redirects are not followed; give the address that it leads to"
        )
    raise Undelivered(said)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from a count of them or an HTTP date; None for anything else, and at most a day."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST_WAIT)
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((aware - now).total_seconds(), 0.0), _LONGEST_WAIT)


def _excerpt(body: bytes) -> str:
    text = " ".join(str(clean(body[: 4 * _SHOWN].decode("utf-8", "replace"))).split())
    return f": {text[:_SHOWN]}" if text else ""
