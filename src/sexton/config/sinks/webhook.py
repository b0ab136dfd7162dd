"""The options of a sink that is a webhook."""

from __future__ import annotations

from binascii import a2b_base64
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sexton.config.sinks.convert import headers, url
from sexton.config.sinks.key import Key
from sexton.config.values import boolean, choice

if TYPE_CHECKING:
    from sexton.config.table import Table

PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
SIGNED = "whsec_"  # what a secret in base64 begins with (Standard Webhooks)


class Method(StrEnum):
    POST = "POST"
    PUT = "PUT"


class Style(StrEnum):
    """Whose shape the body has."""

    JSON = "json"
    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"
    PAGERDUTY = "pagerduty"


_SHAPED = (  # hosts that take one shape of body, and answer 400 to any other
    ("hooks.slack.com", Style.SLACK),
    ("webhook.office.com", Style.TEAMS),
    ("logic.azure.com", Style.TEAMS),
    ("api.powerplatform.com", Style.TEAMS),
    ("discord.com", Style.DISCORD),
    ("discordapp.com", Style.DISCORD),
    ("events.pagerduty.com", Style.PAGERDUTY),
)

KEYS = (
    Key("url", "where it is posted to; PagerDuty's own without, for that style", url, secret=True),
    Key("style", "the shape of the body: json, slack, teams, discord or pagerduty", choice(Style), Style.JSON),
    Key("method", "POST or PUT", choice(Method), Method.POST),
    Key("headers", "further fields of the request", headers, secret=True),
    Key("secret", "what the request is signed with, as Standard Webhooks says", secret=True),
    Key("routing_key", "PagerDuty's integration key", secret=True),
    Key("allow_private", "let it reach this machine and private networks", boolean, False),
    Key("ca", "a file of certificates to trust instead of the system's"),
)


def verify(table: Table, options: dict[str, Any]) -> None:
    """What a style needs is there."""
    pagerduty = options.get("style") == Style.PAGERDUTY
    if pagerduty and "routing_key" not in options and "routing_key" not in table:
        table.problem('`routing_key` is missing: PagerDuty\'s integration key, best as routing_key = "secret:NAME"')
    if pagerduty and "url" not in table:
        options["url"] = PAGERDUTY
    if not pagerduty and "url" not in table:
        table.problem("`url` is missing: where it is posted to")
    if not pagerduty and "routing_key" in table:
        table.problem('it is for style = "pagerduty" alone', "routing_key")
    _verify_secret(table, options.get("secret"))
    if "style" not in table and isinstance(options.get("url"), str):
        _warn_of_shape(table, options["url"])


def _warn_of_shape(table: Table, url: str) -> None:
    """What some services take has a shape of its own."""
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
    for known, style in _SHAPED:
        if host == known or host.endswith(f".{known}"):
            meant = f'style = "{style}" is meant, or style = "json" where it takes any'
            table.warning(f"{known} takes bodies of a shape of its own; {meant}", "url")


def _verify_secret(table: Table, secret: object) -> None:
    """One that is written down is what it says to be; a "secret:NAME" is looked at when it is used."""
    if isinstance(secret, str) and secret.startswith(SIGNED):
        try:
            a2b_base64(secret.removeprefix(SIGNED), strict_mode=True)
        except ValueError:
            table.problem(f"it begins with {SIGNED}, but base64 does not follow", "secret")
