"""`key=value key=value …` on one line: values as in TOML, or bare words.

`true`, `false` and numbers are what they look like; any other bare word, up to the next blank, is a string.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sexton.config.values import Unfit, shown

_PAIR = re.compile(r"[ \t]*([A-Za-z0-9_-]+)[ \t]*=[ \t]*")
_BARE = re.compile(r"[^ \t]+")
PLAIN = re.compile(r"true|false|[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_PIECE = re.compile(r"""(?P<string>"(?:\\.|[^"\\])*"|'[^']*')|(?P<open>[\[{])|(?P<close>[\]}])|[^"'\[\]{}]+""")
_MEANT = 'key=value is meant, such as timeout=30m or env={ MODE = "fast" }'


class Pair(NamedTuple):
    """`written` is the value in TOML's own words."""

    key: str
    value: Any
    written: str


def read_pairs(text: str) -> Iterator[Pair]:
    """Every pair of the line. Raises Unfit at the first thing that is none."""
    text = text.rstrip()
    at = 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None:
            raise Unfit(f"cannot read {shown(text[at:].strip())}; {_MEANT}")
        key = match[1]
        written = _value_at(text, match.end(), key)
        at = match.end() + len(written)
        if text[at : at + 1].strip():
            raise Unfit(f"`{key}`: {shown(text[at:])} follows its value; put a blank between pairs")
        yield _pair(key, written)


def _value_at(text: str, start: int, key: str) -> str:
    """What of `text` is the value that begins at `start`."""
    if text[start : start + 1] and text[start] in "\"'[{":
        return text[start : _end(text, start, key)]
    match = _BARE.match(text, start)
    if match is None:
        raise Unfit(f"`{key}` has no value; {_MEANT}")
    return match.group()


def _end(text: str, start: int, key: str) -> int:
    """Where the string, list or table ends that begins at `start`."""
    depth = 0
    at = start
    while match := _PIECE.match(text, at):
        depth += bool(match["open"]) - bool(match["close"])
        at = match.end()
        if depth <= 0:
            return at
    raise Unfit(f"`{key}`: {shown(text[start:])} is not closed")


def _pair(key: str, written: str) -> Pair:
    if written[0] not in "\"'[{" and not PLAIN.fullmatch(written):
        return Pair(key, written, f'"{written}"')
    import tomllib

    try:
        return Pair(key, tomllib.loads(f"value = {written}")["value"], written)
    except ValueError as error:
        raise Unfit(f"`{key}`: {shown(written)} is no TOML value: {error}") from None
