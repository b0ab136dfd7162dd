"""The options of a sink that is a webhook."""

from sexton.config.sinks.key import Key

KEYS = (Key("url", "where it is posted to", required=True, secret=True),)
