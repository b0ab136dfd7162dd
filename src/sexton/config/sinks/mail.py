"""The options of a sink that is mail."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sexton.config.sinks.key import Key
from sexton.config.values import boolean, choice, names, whole

if TYPE_CHECKING:
    from sexton.config.table import Table


class Tls(StrEnum):
    """How the connection to the mail server is made safe."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


KEYS = (
    Key("to", "the addresses that it goes to", names('["ops@example.com"]'), required=True),
    Key("from", "the address that it comes from; sexton@HOST without"),
    Key("subject", "its subject, with {{ names }} of facts", default="{{ job }}: {{ outcome }}"),
    Key("tail", "how many of the log's last lines it has", whole(0, 10_000, "a number of lines"), 300),
    Key("host", "the mail server", default="localhost"),
    Key("port", "587, 465 or 25 by `tls` without", whole(1, 65_535, "a port")),
    Key("tls", "starttls, tls or none", choice(Tls), Tls.STARTTLS),
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
