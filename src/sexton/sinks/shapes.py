"""A notice → the body of a webhook, in the shape that each service reads. Pure; each shape is a function of the order.

`json` is our own, described in docs/notices.md: its `schema` grows when a field is taken away or changes its meaning.
Limits of the services are kept by cutting texts, never by leaving facts out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sexton.core.digest import moment
from sexton.mail.content import Mood
from sexton.sinks import digest
from sexton.sinks import notice as says
from sexton.sinks.order import Order

SCHEMA = 1
_COLOURS = {Mood.GOOD: 0x1A7F37, Mood.BAD: 0xC62828, Mood.CALM: 0x52606D}
_LINES = 30  # of the log's end: who wants more reads the log
_MOST_ITEMS = 20


def json_body(order: Order) -> dict[str, Any]:
    """Type, time and data, as Standard Webhooks has them. Nothing in it differs from attempt to attempt."""
    notice = order.notice
    return {
        "type": ".".join(dict.fromkeys(filter(None, (str(notice.get("kind") or "notice"), notice.get("outcome"))))),
        "timestamp": moment(notice),
        "schema": SCHEMA,
        "id": order.id,
        "sink": order.sink,
        "title": says.title(notice),
        "data": says.told(notice),
    }


def slack(order: Order) -> dict[str, Any]:
    """Blocks within an attachment, which has the colour; `text` is what notifications show. `<`, `>` and `&` are all
    that Slack would take for more than text."""
    notice = order.notice
    fields = [{"type": "mrkdwn", "text": f"*{label}*\n{_slack(value, 1900)}"} for label, value in says.facts(notice)]
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{_slack(says.title(notice), 2900)}*"}}
    ]
    blocks += [{"type": "section", "fields": fields[at : at + 10]} for at in range(0, len(fields), 10)]
    if log := _log(order, 2800):
        shown = _slack(log, 2900) if notice.get("items") else _slack_end(log, 2900)
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": f"```{shown}```"}})
    colour = f"#{_COLOURS[says.mood(notice)]:06x}"
    return {"text": _slack(says.title(notice), 300), "attachments": [{"color": colour, "blocks": blocks}]}


def teams(order: Order) -> dict[str, Any]:
    """An adaptive card, as Teams' workflows take it ("When a Teams webhook request is received"), under 28 kB."""
    notice = order.notice
    style = {Mood.GOOD: "good", Mood.BAD: "attention", Mood.CALM: "default"}[says.mood(notice)]
    heading = {"type": "TextBlock", "size": "Large", "weight": "Bolder", "wrap": True}
    body: list[dict[str, Any]] = [
        {**heading, "color": style, "text": _markdown(_cut(says.title(notice), 300))},
        {
            "type": "FactSet",
            "facts": [{"title": label, "value": _markdown(_cut(value, 200))} for label, value in says.facts(notice)],
        },
    ]
    if log := _log(order, 3000):
        body.append({"type": "TextBlock", "fontType": "Monospace", "wrap": True, "size": "Small", "text": _lines(log)})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def discord(order: Order) -> dict[str, Any]:
    """One embed; nobody is mentioned, whatever a log says."""
    notice = order.notice
    embed: dict[str, Any] = {
        "title": _cut(says.title(notice), 256),
        "color": _COLOURS[says.mood(notice)],
        "fields": [{"name": label, "value": _cut(_markdown(value), 200)} for label, value in _short(notice)],
    }
    if log := _log(order, 1800):
        embed["description"] = f"```\n{log.replace('```', '` ` `')}\n```"
    if when := moment(notice):
        embed["timestamp"] = when
    return {"username": "Sexton", "embeds": [embed], "allowed_mentions": {"parse": []}}


def pagerduty(order: Order) -> dict[str, Any]:
    """An event of Events API v2: what is bad opens an alert, what is good closes the one about the same. What is
    neither resolves an alert that there never was, by a key of its own: it is accepted, and nobody is called."""
    notice = order.notice
    mood = says.mood(notice)
    about = order.id if mood is Mood.CALM else says.subject(notice)
    key = f"sexton/{notice.get('instance') or notice.get('host') or ''}/{about}"
    event: dict[str, Any] = {
        "routing_key": order.options.get("routing_key"),
        "event_action": "trigger" if mood is Mood.BAD else "resolve",
        "dedup_key": _cut(key, 255),
        "client": "Sexton",
    }
    payload: dict[str, Any] = {
        "summary": _cut(says.title(notice), 1024),
        "source": str(notice.get("host") or "sexton"),
        "severity": "error" if mood is Mood.BAD else "info",
        "component": says.about(notice),
        "class": str(notice.get("outcome") or ""),
        "custom_details": {**dict(says.facts(notice)), "Log": _log(order, 20_000)},
    }
    if when := moment(notice):
        payload["timestamp"] = when
    return event | {"payload": payload}


SHAPES: Mapping[str, Callable[[Order], dict[str, Any]]] = {
    "json": json_body,
    "slack": slack,
    "teams": teams,
    "discord": discord,
    "pagerduty": pagerduty,
}


def _log(order: Order, limit: int) -> str:
    """The end of the log, or the lines of a digest."""
    if told := digest.lines(order.notice, _MOST_ITEMS, limit):
        return "\n".join(told)
    return says.tail(order.notice, _LINES, limit)


def _short(notice: Mapping[str, Any]) -> list[tuple[str, str]]:
    return says.facts(notice)[:25]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _slack(text: str, limit: int) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "` ` `")
    return _cut(escaped, limit)


def _slack_end(text: str, limit: int) -> str:
    """As much of the end as there is room for: of a log it tells the most."""
    whole = text.replace("```", "` ` `")
    room, at = limit - 1, len(whole)
    while at and (room := room - len(_slack(whole[at - 1], limit))) >= 0:
        at -= 1
    return ("…" if at else "") + "".join(_slack(each, limit) for each in whole[at:])


def _markdown(text: str) -> str:
    """What a line of text is in Markdown: itself."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>()#~|" else each for each in text)


def _lines(text: str) -> str:
    return "\n\n".join(_markdown(line) for line in text.split("\n"))
