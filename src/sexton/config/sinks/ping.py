"""The options of a sink that is a dead man's switch: pinged when runs start and end."""

from enum import StrEnum

from sexton.config.sinks.convert import url
from sexton.config.sinks.key import Key
from sexton.config.values import boolean, choice


class Style(StrEnum):
    """Whose words the pings are in."""

    HEALTHCHECKS = "healthchecks"
    CRONITOR = "cronitor"
    SENTRY = "sentry"


KEYS = (
    Key(
        "url", "the address of the check, with {{ job }} where one sink is for several", url, required=True, secret=True
    ),
    Key("style", "healthchecks, cronitor or sentry; by the url without", choice(Style)),
    Key("create", "let the service make checks that it does not know", boolean, False),
    Key("environment", "what Cronitor and Sentry are told that this is, such as production"),
    Key("allow_private", "let it reach this machine and private networks", boolean, False),
    Key("ca", "a file of certificates to trust instead of the system's"),
)
