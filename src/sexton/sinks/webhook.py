"""A notice → an HTTP request with a JSON body, signed where there is a secret (Standard Webhooks 1.0).

The signature is HMAC-SHA256 of `id.timestamp.body`, so that a receiver can tell what is ours, whole, and of now; the id
is the same for each attempt, so that it can tell what it has had already.
"""

from __future__ import annotations

import binascii
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sexton.core.fill import fill
from sexton.net.deadline import Deadline
from sexton.net.errors import Misconfigured
from sexton.net.http import Request, ask
from sexton.net.judge import judge
from sexton.net.url import read_url
from sexton.sinks import notice as says
from sexton.sinks.agent import AGENT
from sexton.sinks.order import Order
from sexton.sinks.shapes import SHAPES

_PREFIX = "whsec_"


def deliver(order: Order) -> Mapping[str, Any]:
    deadline = Deadline(order.deadline)
    request = request_of(order, int(time.time()))
    answer = ask(request, deadline)
    judge(answer, request.url.host, datetime.now(UTC))
    return {"status": answer.status}


def request_of(order: Order, now: int) -> Request:
    """`now`: seconds since 1970, for the signature."""
    options = order.options
    body = json.dumps(SHAPES[str(options.get("style") or "json")](order), ensure_ascii=False).encode("utf-8", "replace")
    id = order.id
    headers = [
        ("User-Agent", AGENT),
        ("Content-Type", "application/json"),
        ("Accept", "*/*"),
        ("Idempotency-Key", f'"{id}"'),
        ("Webhook-Id", id),
        ("Webhook-Timestamp", str(now)),
    ]
    if secret := options.get("secret"):
        headers.append(("Webhook-Signature", sign(str(secret), id, now, body)))
    return Request(
        method=str(options.get("method") or "POST"),
        url=read_url(fill(str(options["url"]), _in_a_path(says.words(order.notice, order.sink)))),
        headers=[*headers, *dict(options.get("headers") or {}).items()],
        body=body,
        allow_private=bool(options.get("allow_private")),
        ca=options.get("ca"),
    )


def sign(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of the signature. A secret that begins with whsec_ is base64, any other is as it stands."""
    key = secret.encode()
    if secret.startswith(_PREFIX):
        try:
            key = b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            raise Misconfigured("the secret begins with whsec_, but base64 does not follow") from None
    return "v1," + b64encode(hmac.digest(key, f"{id}.{timestamp}.".encode() + body, "sha256")).decode("ascii")


def _in_a_path(words: Mapping[str, str]) -> dict[str, str]:
    from urllib.parse import quote

    return {name: quote(word, safe="") for name, word in words.items()}
