"""One request as the resources see it: method, path segments, parameters, body.

Reads the request target of RFC 9112 (origin and absolute form) and percent-encoded UTF-8. Whatever is wrong with it
is Refused as `invalid`, naming the parameter; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sexton.model.errors import Refused

LARGEST_ID = 2**63 - 1  # what SQLite can number
LONGEST_SHOWN = 200  # characters of a path


class Remote(NamedTuple):
    """Who is at the other end: an IP address, "" for the unix socket; whether it is this machine."""

    address: str = ""
    loopback: bool = True


HERE = Remote()
Headers = Sequence[tuple[bytes, bytes]]  # names in lower case


class Request:
    """`named` holds the path's variable parts once the router has found the route, `query` the parameters."""

    __slots__ = ("body", "headers", "method", "named", "path", "query", "remote", "segments", "target")

    def __init__(
        self, method: str, target: bytes, body: bytes = b"", *, headers: Headers = (), remote: Remote = HERE
    ) -> None:
        self.headers = headers
        self.remote = remote
        self.method = method
        self.target = target
        self.body = body
        self.path = ""
        self.segments: tuple[str, ...] = ()
        self.query: dict[str, str] = {}
        self.named: dict[str, str] = {}

    def parse(self) -> None:
        """Read the target. Comes first; apart from `__init__`, so that a refusal has a request to answer."""
        path, _, query = _origin_form(self.target).partition(b"?")
        self.path = _shown(path)
        self.segments = tuple(_decoded(part, "path") for part in path.split(b"/")[1:])
        self.query = _parameters(query)

    def header(self, name: bytes) -> str | None:
        """The header of this lower-case name; None when it is absent. Given twice, it is nobody's word."""
        found = [value for key, value in self.headers if key == name]
        if len(found) > 1:
            raise Refused("invalid", f"the header {name.decode()} is given twice; give it once")
        return found[0].decode("latin-1") if found else None

    @property
    def authority(self) -> str:
        """The host, with its port where one is named, that the client means (RFC 9112, 3.2.2); in lower case."""
        if self.target[:7].lower() == b"http://":
            return self.target[7:].partition(b"/")[0].partition(b"?")[0].decode("latin-1").lower()
        return (self.header(b"host") or "").lower()

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        """The parameter as a whole number in `least`..`most`; None when it is absent."""
        text = self.query.get(name)
        return None if text is None else _whole(name, text, least, most)

    def flag(self, name: str) -> bool:
        """True for `1`, False for `0` and when it is absent."""
        text = self.query.get(name, "0")
        if text not in ("0", "1"):
            raise Refused("invalid", f"parameter {name!r} is {text!r}; use 0 or 1")
        return text == "1"

    def words(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """The parameter's comma-separated words, each one of `allowed`; empty when it is absent or empty."""
        words = tuple(word for word in self.query.get(name, "").split(",") if word)
        for word in words:
            if word not in allowed:
                raise Refused("invalid", f"parameter {name!r} has {word!r}; use {', '.join(allowed)}")
        return words

    def number_in_path(self, name: str) -> int:
        return _whole(name, self.named[name], 1, LARGEST_ID)


def _shown(path: bytes) -> str:
    """A path for a sentence."""
    text = path[: LONGEST_SHOWN + 1].decode("ascii", "backslashreplace")
    return text if len(path) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _whole(name: str, text: str, least: int, most: int) -> int:
    digits = text.isascii() and text.isdigit() and len(text) <= 19
    if not digits or not least <= int(text) <= most:
        raise Refused("invalid", f"parameter {name!r} is {text!r}; use a whole number from {least} to {most}")
    return int(text)


def _origin_form(target: bytes) -> bytes:
    if target[:7].lower() == b"http://":
        target = b"/" + target[7:].partition(b"/")[2]
    if not target.startswith(b"/"):
        raise Refused("invalid", "the request target must be a path that begins with /")
    return target


def _parameters(query: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in query.split(b"&"):
        if not part:
            continue
        key, _, value = part.replace(b"+", b" ").partition(b"=")
        name = _decoded(key, "query")
        if name in found:
            raise Refused("invalid", f"parameter {name!r} is given twice; give it once")
        found[name] = _decoded(value, f"parameter {name!r}")
    return found


def _decoded(text: bytes, where: str) -> str:
    first, *rest = text.split(b"%")
    try:
        octets = first + b"".join(bytes([int(_hex(part[:2]), 16)]) + part[2:] for part in rest)
        return octets.decode()
    except ValueError:
        raise Refused("invalid", f"the {where} is not percent-encoded UTF-8") from None


def _hex(digits: bytes) -> bytes:
    if len(digits) != 2 or not digits.isalnum():  # int() alone would take "+1" and " 1"
        raise ValueError(digits)
    return digits
