"""Bodies have the shape, and keep the limits, of the services that they are for."""

import json
from typing import Any

import pytest

from sexton.sinks.shapes import SHAPES
from tests.sinks.orders import order

LONG = {"job": "j" * 5000, "reason": "r" * 5000, "title": "t" * 5000, "tail": ("<@everyone> ```" * 100 + "\n") * 500}


def body(style: str, **facts: Any) -> Any:
    return SHAPES[style](order("webhook", {"url": "https://x", "style": style, "routing_key": "R"}, **facts))


def test_slack_gets_text_and_coloured_blocks() -> None:
    shaped = body("slack")
    (attachment,) = shaped["attachments"]
    assert shaped["text"] == "ingest failed: exited with code 3"
    assert attachment["color"] == "#c62828"
    assert attachment["blocks"][0]["text"]["text"] == "*ingest failed: exited with code 3*"
    assert attachment["blocks"][-1]["text"]["text"] == "```fetching\nno such file```"


def test_slack_takes_nothing_for_a_mention_and_nothing_is_too_long() -> None:
    shaped = body("slack", **LONG)
    assert "<@" not in json.dumps(shaped)
    for block in shaped["attachments"][0]["blocks"]:
        assert len(block.get("text", {}).get("text", "")) <= 3000
        assert len(block.get("fields", [])) <= 10
        assert all(len(field["text"]) <= 2000 for field in block.get("fields", []))


def test_teams_gets_an_adaptive_card() -> None:
    (attachment,) = body("teams")["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"][0]["color"] == "attention"
    assert {"title": "Exit code", "value": "3"} in card["body"][1]["facts"]


def test_a_card_is_under_28_kilobytes_and_holds_no_markup_of_others() -> None:
    wide = dict.fromkeys(("job", "reason", "title", "tail", "host", "previous", "signal"), "😀" * 5000)
    for facts in (LONG, {**wide, "tail": ("\U0001f600" * 50 + "\n") * 300}):
        assert len(json.dumps(body("teams", **facts), ensure_ascii=False).encode()) < 28_000
    assert "](" not in json.dumps(body("teams", reason="[x](http://evil)"))


def test_discord_gets_an_embed_that_mentions_nobody() -> None:
    shaped = body("discord", **LONG)
    (embed,) = shaped["embeds"]
    assert shaped["allowed_mentions"] == {"parse": []}
    assert embed["color"] == 0xC62828
    fields = [text for field in embed["fields"] for text in (field["name"], field["value"])]
    assert len(embed["title"]) <= 256
    assert len(embed["fields"]) <= 25
    assert sum(map(len, (embed["title"], embed["description"], *fields))) <= 6000
    assert embed["description"].count("```") == 2


def test_slack_gets_the_end_of_a_log_that_grows_when_it_is_escaped() -> None:
    shown = body("slack", tail="<<>>&&" * 300 + "\nno such file")["attachments"][0]["blocks"][-1]["text"]["text"]
    assert len(shown) <= 3000
    assert shown.startswith("```…&")
    assert shown.endswith("&amp;\nno such file```")


@pytest.mark.parametrize(("outcome", "action"), [("failed", "trigger"), ("recovered", "resolve"), ("late", "trigger")])
def test_pagerduty_resolves_what_it_was_told_of(outcome: str, action: str) -> None:
    event = body("pagerduty", outcome=outcome)
    assert (event["event_action"], event["dedup_key"]) == (action, "sexton/a1b2/job:ingest")
    assert event["routing_key"] == "R"


def test_an_alert_is_about_one_thing() -> None:
    said = [{}, {"job": None, "service": "ingest"}, *({"job": None, "kind": kind} for kind in ("health", "store"))]
    assert len({body("pagerduty", **facts)["dedup_key"] for facts in said}) == len(said)


@pytest.mark.parametrize("outcome", ["test", "started", "skipped", "alive", "cancelled", "digest"])
def test_what_is_neither_good_nor_bad_opens_no_alert_and_closes_none(outcome: str) -> None:
    event = body("pagerduty", outcome=outcome)
    assert (event["event_action"], event["dedup_key"]) == ("resolve", "sexton/a1b2/n-17")


def test_an_event_for_pagerduty_has_what_it_needs() -> None:
    payload = body("pagerduty")["payload"]
    assert (payload["severity"], payload["source"], payload["component"]) == ("error", "web-1.example.com", "ingest")
    assert payload["custom_details"]["Exit code"] == "3"
    assert len(body("pagerduty", **LONG)["payload"]["summary"]) <= 1024


@pytest.mark.parametrize(
    ("facts", "type"),
    [
        ({}, "run.failed"),
        ({"kind": "service", "outcome": "fatal"}, "service.fatal"),
        ({"kind": "health", "outcome": "health"}, "health"),
        ({"kind": "digest", "outcome": None}, "digest"),
    ],
)
def test_our_own_shape_says_what_kind_of_notice_it_is(facts: dict[str, Any], type: str) -> None:
    assert body("json", **facts)["type"] == type


def test_a_tail_in_our_own_shape_has_no_control_characters_but_line_ends_and_tabs() -> None:
    assert body("json", tail="a\x1b[1mb\0\tc\n")["data"]["tail"] == "ab\tc\n"


@pytest.mark.parametrize("style", SHAPES)
@pytest.mark.parametrize("facts", [{}, {"kind": "test", "job": None, "outcome": ""}, {"items": ["a", "b"]}, LONG])
def test_every_notice_has_a_body_that_is_json(style: str, facts: dict[str, Any]) -> None:
    assert json.loads(json.dumps(body(style, **facts)))
