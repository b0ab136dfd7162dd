"""The options of a sink that is a command, which reads the notice on its standard input."""

from sexton.config.sinks.key import Key
from sexton.config.values import Unfit, found, text

BARE = "argv"


def _argv(value: object) -> list[str]:
    if not isinstance(value, list):
        raise Unfit(f'{found(value)}; a list such as ["./tell.sh", "--now"] is meant')
    if not value or not value[0]:
        raise Unfit('a list of words such as ["./tell.sh", "--now"] is meant, the first not empty')
    return [text(word) for word in value]


KEYS = (Key("argv", "the command and its arguments", _argv, required=True),)
