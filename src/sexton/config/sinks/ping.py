"""The options of a sink that is a dead man's switch: pinged when runs start and end."""

from sexton.config.sinks.key import Key

KEYS = (Key("url", "what is fetched", required=True, secret=True),)
