"""How supervisor writes values: text of a key → what is meant, or Unfit with what would be right.

As supervisor's datatypes, which take what Python's int() takes, words in any case, and sizes in powers of 1024.
"""

from __future__ import annotations

from sexton.config.suggest import hint
from sexton.config.values import Unfit, shown

_TRUE = ("yes", "true", "on", "1")
_FALSE = ("no", "false", "off", "0")
_SIZES = {"kb": 1024, "mb": 1024**2, "gb": 1024**3}
_UNITS = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))
_LETTERS = "/.+-():\0"  # that an unquoted value of `environment` may hold, besides letters, digits and _


def boolean(text: str) -> bool:
    if text.lower() in (*_TRUE, *_FALSE):
        return text.lower() in _TRUE
    raise Unfit(f"{shown(text)} is neither true nor false; {', '.join((*_TRUE, *_FALSE))} are meant")


def integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Unfit(f"{shown(text)} is no whole number") from None


def octal(text: str) -> int:
    try:
        return int(text, 8)
    except ValueError:
        raise Unfit(f"{shown(text)} is no octal number; one such as 022 is meant") from None


def byte_size(text: str) -> int:
    """Bytes, of `50MB`, `1024`."""
    lower = text.lower()
    factor = _SIZES.get(lower[-2:], 1)
    try:
        return int(lower[:-2] if factor > 1 else lower) * factor
    except ValueError:
        raise Unfit(f"{shown(text)} is no size; bytes, or a number with KB, MB or GB, are meant") from None


def size(count: int) -> str:
    """Bytes as TOML has them."""
    for unit, word in _UNITS:
        if count and count % unit == 0:
            return f"{count // unit}{word}"
    return str(count)


def names(text: str) -> list[str]:
    """What commas stand between."""
    return [each.strip() for each in text.split(",")] if text else []


def exit_codes(text: str) -> list[int]:
    try:
        codes = [int(each) for each in text.split(",")] if text else []
    except ValueError:
        codes = [-1]
    if any(not 0 <= code <= 255 for code in codes):
        raise Unfit(f"{shown(text)} are no exit codes; numbers from 0 to 255 with commas between are meant")
    return codes


def signal_name(text: str) -> str:
    """`TERM`, of a name with or without SIG, in any case, or a number (signal(7))."""
    from signal import Signals

    known = {name.removeprefix("SIG"): member for name, member in Signals.__members__.items()}
    try:
        return Signals(int(text)).name.removeprefix("SIG")
    except ValueError:
        word = text.strip().upper().removeprefix("SIG")
    if word not in known:
        raise Unfit(f"{shown(text)} is no signal; " + hint(word, known))
    return known[word].name.removeprefix("SIG")


def restart(text: str) -> str:
    """`always`, `unexpected` or `never`, of true, unexpected or false."""
    if text.lower() == "unexpected":
        return "unexpected"
    if text.lower() in (*_TRUE, *_FALSE):
        return "always" if text.lower() in _TRUE else "never"
    raise Unfit(f"{shown(text)} is unknown; true, false or unexpected is meant")


def pairs(text: str) -> dict[str, str]:
    """`KEY="value",KEY2=value`, as supervisor 4.3.0 takes it apart: quotes at both ends are taken off."""
    if not text:
        return {}
    import shlex

    lexer = shlex.shlex(text)
    lexer.wordchars += _LETTERS
    try:
        tokens = list(lexer)
    except ValueError as error:
        raise Unfit(f"{str(error).lower()}; close what is open") from None
    found: dict[str, str] = {}
    for place in range(0, len(tokens), 4):
        pair = tokens[place : place + 3]
        if len(pair) != 3 or pair[1] != "=":
            raise Unfit('it is no list of variables; KEY="value",OTHER="value" is meant')
        found[pair[0]] = pair[2].strip("'\"")
    return found


def process_name(text: str) -> str:
    """A name that neither events nor addresses can be broken by."""
    name = text.strip()
    if not name or any(sign in name for sign in " :/"):
        raise Unfit(f"{shown(text)} cannot be a name; one without blanks, : and / is meant")
    return name


def address(text: str) -> tuple[str, int]:
    """Host (empty: every address) and port, of `host:port`, `:port`, `*:port` or `port`."""
    host, _, digits = text.rpartition(":")
    try:
        port = int(digits)
    except ValueError:
        port = 0
    if not 1 <= port <= 65535:
        raise Unfit(f"{shown(text)} is no address; host:port, *:port or a port from 1 to 65535 is meant")
    return ("" if host == "*" else host.lower()), port
