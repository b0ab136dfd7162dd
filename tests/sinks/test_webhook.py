"""Webhooks: what is sent, signed, and made of the answer."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from typing import Any

import pytest

from sexton.net.errors import Misconfigured
from sexton.sinks.webhook import request_of, sign
from tests.servers.badweb import BadWeb
from tests.sinks.orders import Ended, carry_out, order


def told(web: BadWeb, way: str, **options: Any) -> Ended:
    return carry_out(order("webhook", {"url": web.url(way), "style": "json", "allow_private": True, **options}))


def test_a_receiver_can_tell_what_is_ours_and_what_it_has_had() -> None:
    key = b"sixteen letters!"
    secret = "whsec_" + b64encode(key).decode()
    with BadWeb() as web:
        assert told(web, "ok/{{ job }}", secret=secret, headers={"Authorization": "Bearer x"}).facts == {"status": 200}
        told(web, "ok/{{ job }}", secret=secret)
        first, second = web.requests
    assert (first.method, first.target) == ("POST", "/ok/ingest")
    id, timestamp, signature = (first.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    expected = hmac.new(key, f"{id}.{timestamp}.".encode() + first.body, hashlib.sha256).digest()
    assert b64decode(signature.removeprefix("v1,")) == expected
    assert first.headers["authorization"] == "Bearer x"
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == f'"{id}"'
    assert first.body == second.body


def test_the_body_tells_what_it_is_and_all_of_the_notice() -> None:
    given = order("webhook", {"url": "https://example.com"}, job="ingest\u2028")
    body = json.loads(request_of(given, 0).body)
    assert {key: body[key] for key in ("type", "schema", "id", "sink", "timestamp")} == {
        "type": "run.failed",
        "schema": 1,
        "id": "n-17",
        "sink": "ops",
        "timestamp": "2026-03-02T08:03:02.901000+01:00",
    }
    assert body["data"] == {**given.notice, "tail": "fetching\n\nno such file\n"}


def test_the_example_of_the_specification_is_signed_as_there() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_that_only_looks_like_base64_is_refused() -> None:
    with pytest.raises(Misconfigured, match="base64 does not follow"):
        sign("whsec_not base64", "x", 0, b"")


def test_names_in_a_url_cannot_lead_elsewhere() -> None:
    request = request_of(order("webhook", {"url": "https://example.com/{{ job }}/x"}, job="../../y?z#é"), 0)
    assert request.url.target == "/..%2F..%2Fy%3Fz%23%C3%A9/x"
    assert request.url.host == "example.com"


@pytest.mark.parametrize(("way", "code"), [("ok", 0), ("created", 0), ("broken", 75), ("refused", 1), ("redirect", 1)])
def test_the_exit_code_says_whether_to_try_again(way: str, code: int) -> None:
    with BadWeb() as web:
        assert told(web, way).code == code


def test_the_daemon_is_told_how_long_the_server_wants_it_to_wait() -> None:
    with BadWeb() as web:
        ended = told(web, "later")
    assert (ended.code, ended.facts) == (75, {"retry_after": 7.0})


def test_no_key_in_a_url_is_in_a_message() -> None:
    with BadWeb() as web:
        for way in ("refused/s3cr3t", "redirect/s3cr3t", "closes/s3cr3t"):
            assert "s3cr3t" not in told(web, way).said
        assert "s3cr3t" not in told(web, "ok/s3cr3t", allow_private=False).said
