"""Addresses of mail (RFC 5322, section 3.4; RFC 6531 for letters beyond ASCII): a person's text → Mailbox.

Read strictly, because what passes goes into headers and commands of SMTP: no quoted local parts, no comments, no
groups, no control characters. A name of a local user, such as cron(8) takes, stands for one at localhost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ATOM = r"[^\s()<>\[\]:;@\\,\".]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LITERAL = re.compile(r"\[(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]")
_LONGEST_LOCAL, _LONGEST = 64, 254  # bytes (RFC 5321, section 4.5.3.1)


class Mailbox(NamedTuple):
    """`name` is what people read, often nothing; `domain` is ASCII, whatever it was written in."""

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        return f"{self.local}@{self.domain}"


def read_mailboxes(text: str) -> list[Mailbox]:
    """`a@example.com, Bob <b@example.com>` → both. Raises ValueError, which says what is wrong."""
    found = [read_mailbox(piece) for piece in _pieces(text) if piece.strip()]
    if not found:
        raise ValueError("there is no address")
    return found


def read_mailbox(text: str) -> Mailbox:
    """`ops@example.com`, `Operators <ops@example.com>` or `root`. Raises ValueError, which says what is wrong."""
    if not text.isprintable():
        raise ValueError("an address holds a control character or the end of a line")
    name, address = _taken_apart(text.strip())
    local, at, domain = address.rpartition("@")
    if not at:
        local, domain = address, "localhost"
    if not _LOCAL.fullmatch(local) or len(local.encode()) > _LONGEST_LOCAL:
        raise ValueError(f"{_shown(text)} is no address; ops@example.com or Name <ops@example.com> is meant")
    mailbox = Mailbox(name, local, _domain(domain, text))
    if len(mailbox.address.encode()) > _LONGEST:
        raise ValueError(f"{_shown(text)} is longer than {_LONGEST} bytes")
    return mailbox


def _pieces(text: str) -> Iterator[str]:
    """Cut at the commas that are not within quotes."""
    piece = ""
    for part in text.split(","):
        piece += ("," if piece else "") + part
        if piece.count('"') % 2 == 0:
            yield piece
            piece = ""
    if piece:
        yield piece


def _taken_apart(text: str) -> tuple[str, str]:
    if not text.endswith(">"):
        return "", text
    name, opened, address = text[:-1].rpartition("<")
    if not opened:
        return "", text
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, address.strip()


def _domain(domain: str, text: str) -> str:
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    if not _LITERAL.fullmatch(ascii_domain) and not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(f"{_shown(text)} has no domain that mail can go to")
    return ascii_domain


def _shown(text: str) -> str:
    text = text.strip()
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
