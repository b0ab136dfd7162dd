"""The options of a sink that is mail."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sexton.config.sinks.convert import host, mailbox, mailboxes, template
from sexton.config.sinks.key import Key
from sexton.config.values import Unfit, boolean, choice, digits, names, shown, size, whole
from sexton.model.notice_words import SUBJECT, TAIL

if TYPE_CHECKING:
    from sexton.config.table import Table


_MOST_ATTACHED = 25_000_000  # bytes: few servers take more


class Tls(StrEnum):
    """How the connection to the mail server is made safe."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def attachable(value: object) -> int:
    """A size that servers take."""
    given = size("5MB")(value)
    if given > _MOST_ATTACHED:
        raise Unfit(f"{shown(value)} is more than servers take; at most 25MB are meant")
    return given


KEYS = (
    Key("to", "the addresses that it goes to", mailboxes, required=True),
    Key("cc", "who gets a copy", mailboxes),
    Key("bcc", "who gets a copy without being named", mailboxes),
    Key("from", "the address that it comes from; sexton@HOST without", mailbox),
    Key("reply_to", "where answers go", mailboxes),
    Key("subject", "its subject, with {{ names }} of facts", template, SUBJECT),
    Key("body", "a paragraph before the facts, with {{ names }} of them", template),
    Key("tail", "how many of the log's last lines it has", digits(whole(0, 10_000, "a number of lines")), TAIL),
    Key("attach", '"log", the run\'s whole log, and paths of files', names('"log" or a list of files')),
    Key("attach_limit", "how much is attached in all; of a log its end", attachable, 5_000_000),
    Key("html", "false: text only", boolean, True),
    Key("host", "the mail server", host, "localhost"),
    Key("port", "587, 465 or 25 by `tls` without", digits(whole(1, 65_535, "a port"))),
    Key("tls", "starttls, tls or none", choice(Tls), Tls.STARTTLS),
    Key("ca", "a file of certificates to trust instead of the system's"),
    Key("user", "as whom to log in"),
    Key("password", "the password for it", secret=True),
    Key("allow_plaintext", "send the password without TLS, too", boolean, False),
)


def verify(table: Table, options: dict[str, Any]) -> None:
    """A password needs a user, and TLS unless somebody says otherwise."""
    if "password" not in options:
        return
    if "user" not in options:
        table.problem("there is no `user` that it is the password of", "password")
    if options.get("tls") == Tls.NONE and not options.get("allow_plaintext"):
        table.problem("it would be sent readable for all; set tls, or allow_plaintext = true", "password")
