"""A letter → a message as it goes over the wire (RFC 5322, MIME), made so that no text in it can become a header.

The text part comes first, the HTML part second, as multipart/alternative has them in order of preference; attachments
follow. Automatic mail says so (RFC 3834), lest an answering machine answers it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from hashlib import sha256
from typing import NamedTuple

from sexton.core.mailbox import Mailbox
from sexton.mail.content import Content
from sexton.mail.html import html
from sexton.mail.plain import plain
from sexton.wire.clean import one_line

LONGEST_SUBJECT = 200  # characters
_LONGEST_NAME = 100
_LONGEST_HEADER = 500
_LONGEST_ID = 62  # with its angle brackets: longer words than a line are encoded, and then it is no id any more
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]+|\.{2,}")


class Attachment(NamedTuple):
    name: str
    data: bytes


class Letter(NamedTuple):
    """`id` is what the mail is known by, the same for each attempt to send it; `thread` joins mails about the same
    thing; `headers` are further ones, by their names. Nobody named in `bcc` is in the message."""

    sender: Mailbox
    to: Sequence[Mailbox]
    subject: str
    content: Content
    id: str
    date: datetime
    cc: Sequence[Mailbox] = ()
    bcc: Sequence[Mailbox] = ()
    reply_to: Sequence[Mailbox] = ()
    thread: str = ""
    headers: Sequence[tuple[str, str]] = ()
    attachments: Sequence[Attachment] = ()
    with_html: bool = True

    @property
    def recipients(self) -> list[str]:
        """Each address once."""
        return list(dict.fromkeys(mailbox.address for mailbox in (*self.to, *self.cc, *self.bcc)))

    @property
    def needs_utf8(self) -> bool:
        """Whether an address has letters beyond ASCII before its @, which needs SMTPUTF8 (RFC 6531)."""
        named = (self.sender, *self.to, *self.cc, *self.bcc, *self.reply_to)
        return not all(mailbox.local.isascii() for mailbox in named)

    @property
    def message_id(self) -> str:
        return _id(self.id, self.sender.domain)


def compose(letter: Letter) -> bytes:
    message = EmailMessage(policy=SMTPUTF8 if letter.needs_utf8 else SMTP)
    _address(message, letter)
    message["Subject"] = one_line(letter.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = letter.message_id
    if letter.thread:
        message["References"] = _id(letter.thread, letter.sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in letter.headers:
        message[name] = one_line(value, _LONGEST_HEADER)
    message.set_content(plain(letter.content), cte="quoted-printable")
    if letter.with_html:
        message.add_alternative(html(letter.content), subtype="html", cte="quoted-printable")
    for attachment in letter.attachments:
        main, sub = _type(attachment.name)
        name = one_line(attachment.name, _LONGEST_NAME)
        message.add_attachment(attachment.data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def _address(message: EmailMessage, letter: Letter) -> None:
    fields = (("From", [letter.sender]), ("To", letter.to), ("Cc", letter.cc), ("Reply-To", letter.reply_to))
    for field, mailboxes in fields:
        if mailboxes:
            message[field] = [
                Address(one_line(each.name, _LONGEST_NAME), each.local, each.domain) for each in mailboxes
            ]


def _id(text: str, domain: str) -> str:
    """A message's id (RFC 5322, section 3.6.4) of a text that is unique already; where that is long, of its hash."""
    domain = domain if domain[0] != "[" and len(domain) < _LONGEST_ID // 2 - 4 else "localhost"
    left = _NOT_IN_AN_ID.sub("-", text).strip(".-") or "sexton"
    if len(left) + len(domain) + 3 > _LONGEST_ID:
        left = sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
    return f"<{left}@{domain}>"


def _type(name: str) -> tuple[str, str]:
    ending = name.rpartition(".")[2].lower()
    return _TYPES.get(ending, ("application", "octet-stream"))


_TYPES = {
    "log": ("text", "plain"),
    "txt": ("text", "plain"),
    "csv": ("text", "csv"),
    "json": ("application", "json"),
    "pdf": ("application", "pdf"),
    "png": ("image", "png"),
    "zip": ("application", "zip"),
    "gz": ("application", "gzip"),
}
