"""A notice → a ping of a dead man's switch, in the words of Healthchecks.io, Cronitor or Sentry Crons.

Each run has an id of its own there, made of ours, so that overlapping runs are told apart: a UUID in every style. Which
service it is, the URL says, unless the style does. Nothing of the answer counts but its status, and for Healthchecks
that the check is known.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from sexton.core.fill import fill, names_in
from sexton.core.slug import slug
from sexton.net.deadline import Deadline
from sexton.net.errors import Undelivered
from sexton.net.http import Request, ask
from sexton.net.judge import judge
from sexton.net.url import read_url
from sexton.sinks import notice as says
from sexton.sinks.agent import AGENT
from sexton.sinks.log import end_of_log
from sexton.sinks.order import Order

_BODY = 100_000  # bytes that Healthchecks.io keeps
_MESSAGE = 2_000  # characters that Cronitor keeps
_ENCODED = 6_000  # bytes of them in a URL: few servers take a line of more than 8,000
_SENTRY = re.compile(r"/api/[0-9]+/cron/")
_CRONTAB = re.compile(r"\S+( \S+){4}|@(hourly|daily|weekly|monthly|yearly)")
_UNSENT = "nothing was sent, for this service has no word that leaves the state of a monitor alone"
_START = ("started", "start")
_FAILED = ("failed", "timeout", "lost", "late", "missed", "fatal", "exited", "unhealthy")


def deliver(order: Order) -> Mapping[str, Any]:
    deadline = Deadline(order.deadline)
    request = request_of(order)
    if request is None:
        return {"unsent": _UNSENT} if says.is_test(order.notice) else {}
    answer = ask(request, deadline)
    judge(answer, request.url.host, datetime.now(UTC))
    if b"(not found)" in answer.body[:100]:
        raise Undelivered(f"{request.url.host} knows no such check; create it, or set create = true for a slug")
    return {"status": answer.status, **({"note": _logged(order)} if says.is_test(order.notice) else {})}


def _logged(order: Order) -> str:
    """What a test has done, for whoever has asked for it."""
    which = f" {slug(says.about(order.notice))}" if names_in(str(order.options["url"])) else ""
    return f"it is in the log of the check{which}, whose state it leaves alone"


def request_of(order: Order) -> Request | None:
    """None where the service has no word for it, or none that a test may say."""
    slugs = {name: slug(word) for name, word in says.words(order.notice, order.sink).items()}
    url = fill(str(order.options["url"]), slugs)
    style = str(order.options.get("style") or style_of(url))
    return {"cronitor": _cronitor, "sentry": _sentry}.get(style, _healthchecks)(order, url)


def style_of(url: str) -> str:
    """Whose a URL is."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("cronitor.link", "cronitor.io") or host.endswith(".cronitor.link"):
        return "cronitor"
    return "sentry" if _SENTRY.search(parts.path) else "healthchecks"


def state(notice: Mapping[str, Any]) -> str:
    """start, success, fail, alive, or log for what is neither good nor bad."""
    outcome = str(notice.get("outcome") or "")
    if outcome in _START or notice.get("kind") == "start":
        return "start"
    if notice.get("kind") == "alive":
        return "alive"
    if outcome in ("succeeded", "recovered"):
        return "success"
    return "fail" if outcome in _FAILED else "log"


def run_id(notice: Mapping[str, Any]) -> str | None:
    """The UUID of a run (RFC 9562, version 8), the same in each ping about it; None for what is no run."""
    if notice.get("run") is None:
        return None
    digest = hashlib.sha256(f"{notice.get('instance')}/{notice['run']}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def _healthchecks(order: Order, url: str) -> Request:
    """…/start, …/fail, …/log, …/EXIT_CODE or nothing for success (https://healthchecks.io/docs/http_api/)."""
    notice = order.notice
    code = notice.get("exit_code")
    fail = str(code) if isinstance(code, int) and 0 < code < 256 else "fail"
    ending = {"start": "/start", "fail": f"/{fail}", "log": "/log"}.get(state(notice), "")
    query = {"rid": run_id(notice), "create": "1" if _may_create(order) else None}
    body = b"" if state(notice) == "start" else _text(notice).encode("utf-8", "replace")[-_BODY:]
    return _request(order, _with(url, ending, query), body, "text/plain; charset=utf-8")


def _may_create(order: Order) -> bool:
    """A test makes no check but one that a job will have."""
    return bool(order.options.get("create")) and not (says.is_test(order.notice) and not order.notice.get("job"))


def _cronitor(order: Order, url: str) -> Request | None:
    """?state=run|complete|fail|ok (https://cronitor.io/docs/telemetry-api); all of it counts as a state."""
    notice = order.notice
    states = {"start": "run", "success": "complete", "fail": "fail", "alive": "ok"}
    if state(notice) not in states:
        return None
    query = {
        "state": states[state(notice)],
        "series": run_id(notice),
        "env": order.options.get("environment"),
        "host": notice.get("host"),
        "message": _fitting(_text(notice)) if state(notice) != "start" else None,
        "status_code": notice.get("exit_code"),
        "metric": f"duration:{notice['duration']}" if isinstance(notice.get("duration"), int | float) else None,
    }
    return _request(order, _with(url, "", query), b"", "text/plain")


def _sentry(order: Order, url: str) -> Request | None:
    """A check-in, with the monitor's configuration where it may be made by it (Sentry Crons over HTTP)."""
    notice = order.notice
    states = {"start": "in_progress", "fail": "error", "success": "ok", "alive": "ok"}
    if state(notice) not in states:
        return None
    body: dict[str, Any] = {"status": states[state(notice)]}
    if id := run_id(notice):
        body["check_in_id"] = id
    if environment := order.options.get("environment"):
        body["environment"] = environment
    if isinstance(notice.get("duration"), int | float):
        body["duration"] = notice["duration"]
    if order.options.get("create") and (monitor := _monitor(notice)):
        body["monitor_config"] = monitor
    return _request(order, url, json.dumps(body).encode(), "application/json")


def _monitor(notice: Mapping[str, Any]) -> dict[str, Any] | None:
    """What Sentry has to know to expect runs by itself: only a schedule that is a crontab's says that."""
    schedule = notice.get("schedule")
    expression = schedule[0] if isinstance(schedule, list) and len(schedule) == 1 else schedule
    if not isinstance(expression, str) or not _CRONTAB.fullmatch(expression):
        return None
    monitor: dict[str, Any] = {"schedule": {"type": "crontab", "value": expression}}
    if timezone := notice.get("timezone"):
        monitor["timezone"] = timezone
    return monitor


def _text(notice: Mapping[str, Any]) -> str:
    tail = end_of_log(notice, _BODY, _BODY)
    return f"{says.title(notice)}\n\n{tail}" if tail else says.title(notice)


def _fitting(text: str) -> str:
    """As much of its end as fits into a URL, where a letter beyond ASCII takes six bytes and more."""
    kept, room = text[-_MESSAGE:].encode("utf-8", "replace").decode(), _ENCODED
    for start in reversed(range(len(kept))):
        room -= len(quote(kept[start], safe=""))
        if room < 0:
            return kept[start + 1 :]
    return kept


def _with(url: str, ending: str, query: Mapping[str, Any]) -> str:
    """`url` with something more at the end of its path, and with more of a query."""
    parts = urlsplit(url)
    given = {name: str(value) for name, value in query.items() if value is not None}
    more = urlencode(given, quote_via=quote)
    joined = "&".join(filter(None, (parts.query, more)))
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + ending, joined, ""))


def _request(order: Order, url: str, body: bytes, content_type: str) -> Request:
    return Request(
        method="POST",
        url=read_url(url),
        headers=[("User-Agent", AGENT), ("Content-Type", content_type), ("Accept", "*/*")],
        body=body,
        allow_private=bool(order.options.get("allow_private")),
        ca=order.options.get("ca"),
    )
