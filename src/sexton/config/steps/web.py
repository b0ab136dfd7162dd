"""The options of steps that ask web servers: who asks, and whom they trust."""

from typing import Protocol

from sexton.config import values
from sexton.config.steps.key import Faults, Key, as_json
from sexton.config.values import Unfit

ONLY_READ = ("GET", "HEAD")


class Access(Protocol):
    """The options of a step whose KEYS take in WEB_KEYS, as far as they exclude each other."""

    @property
    def username(self) -> str: ...
    @property
    def token(self) -> str: ...


def verify_access(options: Access) -> Faults:
    if options.token and options.username:
        yield "token", "`token` and `username` exclude each other; drop one"


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise Unfit(f'{values.found(value)}; a table such as {{ Accept = "text/csv" }} is meant')
    for name, text in value.items():
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii() or not text.isprintable():
            raise Unfit(f"{values.shown(name)} and its value are no header of HTTP")
    return dict(value)


WEB_KEYS = (
    Key("username", "who asks, unless the address says so", default="", metavar="NAME"),
    Key("password", "their password", default="", secret=True, metavar="PASSWORD"),
    Key("token", "sent as Authorization: Bearer", default="", secret=True, metavar="TOKEN"),
    Key("headers", "further headers of HTTP requests", _headers, {}, secret=True, word=as_json, metavar="JSON"),
    Key("ca", "certificates to trust instead of the system's", metavar="FILE"),
    Key("allow_plaintext", "send a password over plain http to other machines", values.boolean, False),
)
