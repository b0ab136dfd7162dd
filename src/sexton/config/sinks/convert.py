"""Converters that kinds of sinks have in common: addresses of mail, texts with names in them, URLs, headers."""

import re
from collections.abc import Mapping

from sexton.config.suggest import hint
from sexton.config.values import Unfit, found, name, names, shown, text
from sexton.core.fill import fill, names_in, strange_in
from sexton.core.mailbox import read_mailboxes
from sexton.model.notice_words import WORDS

_RECIPIENTS = 100
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_PLACE = re.compile(  # RFC 3986, section 3.2
    r"https?://(?:[^/?#@ ]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\] ]+)(?::(?P<port>[0-9]*))?(?:[/?#]|\Z)"
)
_NAMED = r"[^\s/?#@:\[\]]+"
_V6 = r"[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%\w+)?"
_HOST = re.compile(rf"{_NAMED}|{_V6}")
_WITH_MORE = re.compile(
    rf"(?:(?P<scheme>\w+)://)?(?:[^@/\s]*@)?\[?(?P<host>(?:(?<=\[){_V6}(?=\])|{_NAMED}))\]?(?::(?P<port>[0-9]+))?/*"
)
_PORTS = 65_535
_OURS = ("host", "content-length", "connection", "transfer-encoding", "content-type")


def mailboxes(value: object) -> tuple[str, ...]:
    """Addresses of mail: one string or a list, each with one or several."""
    given = names('"ops@example.com" or a list of addresses')(value)
    total = sum(len(_checked(each)) for each in given)
    if total > _RECIPIENTS:
        raise Unfit(f"there are {total} addresses; at most {_RECIPIENTS} are meant")
    return given


def mailbox(value: object) -> str:
    """One address of mail."""
    if len(_checked(name(value))) != 1:
        raise Unfit(f"{shown(value)} is more than one address")
    return name(value)


def _checked(given: str) -> list[object]:
    try:
        return list(read_mailboxes(given))
    except ValueError as error:
        raise Unfit(str(error)) from None


def template(value: object) -> str:
    """A text in which `{{ name }}` stands for something that a notice has."""
    for strange in strange_in(text(value)):
        raise Unfit(f"{shown(strange)} is no name, and there are no filters; {hint(_first_word(strange), WORDS)}")
    for each in names_in(text(value)):
        if each not in WORDS:
            raise Unfit(f"{{{{ {each} }}}} stands for nothing; {hint(each, WORDS)}")
    return text(value)


def _first_word(strange: str) -> str:
    return next(iter(re.findall(r"\w+", strange)), "")


def host(value: object) -> str:
    """The name or the IP address of a machine, and nothing besides."""
    given = name(value)
    if _HOST.fullmatch(given):
        return given
    parts = _WITH_MORE.fullmatch(given)
    if parts is None:
        raise Unfit(f'{shown(given)} is no host; a name such as "smtp.example.com" is meant')
    tls = ', tls = "tls"' if parts["scheme"] == "smtps" else ""
    port = f", port = {parts['port']}" if parts["port"] else ""
    raise Unfit(f'{shown(given)} is more than a host; host = "{parts["host"]}"{port}{tls} is meant')


def url(value: object) -> str:
    """http:// or https:// and a host, in which `{{ name }}` may stand."""
    given = template(value)
    if not given.isprintable():
        raise Unfit("it holds a control character")
    match = _PLACE.match(fill(given, dict.fromkeys(WORDS, "0")))
    if match is None:
        raise Unfit("https:// or http:// and a host are meant")
    if int(match["port"] or 0) > _PORTS:
        raise Unfit(f"{match['port']} is no port; at most {_PORTS} is meant")
    return given


def headers(value: object) -> Mapping[str, str]:
    """Fields of HTTP by their names, but for those that say how the request itself is put together."""
    if not isinstance(value, dict):
        raise Unfit(f'{found(value)}; a table such as {{ Authorization = "…" }} is meant')
    for key, each in value.items():
        if not _TOKEN.fullmatch(key) or key.lower() in _OURS:
            raise Unfit(f"{shown(key)} is no header that can be set here")
        if not isinstance(each, str):
            raise Unfit(f"{key} is {found(each)}; a string is meant")
        if not each.isascii() or not each.isprintable():
            raise Unfit(f"{key} holds what no header can")
    return dict(value)
