"""What the daemon wants delivered: one JSON object, with all secrets in it, so it is never shown."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sexton.net.errors import Misconfigured

LIMIT = 16 * 2**20  # bytes of an order


class Order(NamedTuple):
    """`options` are those of the sink's kind, each of config/sinks/KIND.py; `id` is that of the notice for this sink,
    the same for each attempt; `deadline` in seconds. `notice` is what notice.py reads."""

    sink: str
    kind: str
    options: Mapping[str, Any]
    id: str
    attempt: int
    deadline: float
    notice: Mapping[str, Any]


def read_order(text: bytes) -> Order:
    """Raises Misconfigured for anything that is not an order."""
    try:
        found = json.loads(text)
        return Order(
            sink=str(found["sink"]),
            kind=str(found["kind"]),
            options=dict(found["options"]),
            id=str(found["id"]),
            attempt=int(found.get("attempt", 1)),
            deadline=float(found.get("deadline", 60)),
            notice=dict(found["notice"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"cannot read the order: {type(error).__name__} (standard input)") from None
