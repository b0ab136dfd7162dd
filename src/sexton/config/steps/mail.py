"""The options of the step `mail`."""

from typing import NamedTuple

from sexton.config.sinks.convert import mailbox, mailboxes
from sexton.config.sinks.mail import Tls, attachable
from sexton.config.steps.key import Key
from sexton.config.values import boolean, choice, digits, duration, text, whole
from sexton.model.units import MINUTE, Duration

SUBJECT = "{{ job }}: {{ file }}"
_LINES = 10_000


class Options(NamedTuple):
    """A mail to `to` with the last `max_lines` lines of `file`, or of the files that are handed on; with `attach` they
    are in it, no more than `attach_limit` bytes in all. The server and the way to it are those of the mail sink."""

    to: tuple[str, ...]
    file: str | None = None
    subject: str = SUBJECT
    body: str = ""
    max_lines: int = 300
    attach: bool = False
    attach_limit: int = 5_000_000
    html: bool = True
    from_: str | None = None
    cc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    smtp_host: str = "localhost"
    port: int | None = None
    tls: Tls = Tls.STARTTLS
    ca: str | None = None
    user: str | None = None
    password: str = ""
    allow_plaintext: bool = False
    deadline: Duration = MINUTE


OPTIONS = Options
KEYS = (
    Key("to", "the addresses, parted by commas", mailboxes, required=True, positional=True, metavar="RECIPIENTS"),
    Key("file", "the file that it is about; else what is handed on", dated=True, positional=True, metavar="FILE"),
    Key("subject", "its subject, with {{ job }}, {{ run }}, {{ file }}, {{ host }}", text, SUBJECT, metavar="TEXT"),
    Key("body", "a paragraph before the lines, with the same names", text, "", metavar="TEXT"),
    Key(
        "max_lines", "its last so many lines", digits(whole(0, _LINES, "a number of lines")), 300, word=int, metavar="N"
    ),
    Key("attach", "attach the file, too", boolean, False),
    Key("attach_limit", "how much is attached in all", attachable, 5_000_000, metavar="SIZE"),
    Key("html", "an HTML part, too", boolean, True),
    Key("from", "the address that it comes from; sexton@HOST without", mailbox, metavar="ADDRESS"),
    Key("cc", "who gets a copy", mailboxes, (), metavar="ADDRESSES"),
    Key("reply_to", "where answers go", mailboxes, (), metavar="ADDRESSES"),
    Key("smtp_host", "the mail server", default="localhost", metavar="HOST"),
    Key("port", "587, 465 or 25 by tls without", digits(whole(1, 65_535, "a port")), word=int, metavar="PORT"),
    Key("tls", "starttls, tls or none", choice(Tls), Tls.STARTTLS, metavar="HOW"),
    Key("ca", "certificates to trust instead of the system's", metavar="FILE"),
    Key("user", "as whom to log in", metavar="NAME"),
    Key("password", "the password for it", default="", secret=True, metavar="PASSWORD"),
    Key("allow_plaintext", "send the password without TLS, too", boolean, False),
    Key("deadline", "fail when it takes longer in all", duration("1m"), MINUTE, metavar="DURATION"),
)
