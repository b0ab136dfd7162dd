"""The options of a sink that Apprise delivers to."""

from sexton.config.sinks.key import Key
from sexton.config.values import names

BARE = "urls"
KEYS = (Key("urls", "Apprise's addresses", names('["slack://…"]'), required=True, secret=True),)
