"""The options of the step `fetch`."""

from typing import Any, NamedTuple

from sexton.config import values
from sexton.config.steps.key import Key
from sexton.config.steps.login import LOGIN_KEYS
from sexton.config.values import Unfit, duration, size, whole
from sexton.model.units import HOUR, MINUTE, SECOND, Duration

_FILES = 250_000  # names of one listing that are kept in memory


class Options(NamedTuple):
    """New files of the addresses `from_` go below the folder `into`, raw ones below `backup` first. Lengths of time in
    microseconds, sizes in bytes; from `key_file` to `host_key` it is about SFTP, from `token` to `ca` about HTTP."""

    from_: tuple[str, ...]
    into: str
    backup: str | None = None
    unpack: bool = False
    username: str = ""
    password: str = ""
    token: str = ""
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    ca: str | None = None
    allow_plaintext: bool = False
    key_file: str | None = None
    private_key: str = ""
    passphrase: str = ""
    known_hosts: str | None = None
    host_key: str = ""
    stable: Duration = 5 * SECOND
    wait: Duration = MINUTE
    deadline: Duration = HOUR
    max_files: int = 10_000
    max_size: int = 10 * 10**9
    max_ratio: int = 200


def _headers(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise Unfit(f'{values.found(value)}; a table such as {{ Accept = "text/csv" }} is meant')
    for name, text in value.items():
        if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii() or not text.isprintable():
            raise Unfit(f"{values.shown(name)} and its value are no header of HTTP")
    return dict(value)


def _as_table(word: str) -> Any:
    """An argument of a command line is JSON."""
    import json

    try:
        return json.loads(word)
    except ValueError as error:
        raise Unfit(f"{values.shown(word)} is no JSON: {error}") from None


OPTIONS = Options
KEYS = (
    Key(
        "from",
        "paths of files, with * ? [] and **, or URLs; %Y and so on stand for the fire time",
        values.names('"in/*.csv" or a list of addresses'),
        required=True,
        metavar="ADDRESS",
    ),
    Key("into", "the folder that new files go to", required=True, dated=True, metavar="FOLDER"),
    Key("backup", "keep each file as it came in this folder first", dated=True, metavar="FOLDER"),
    Key("unpack", "unpack zip, tar and compressed files", values.boolean, False),
    Key("username", "who asks, unless the address says so", default="", metavar="NAME"),
    Key("password", "their password", default="", secret=True, metavar="PASSWORD"),
    Key("token", "sent as Authorization: Bearer", default="", secret=True, metavar="TOKEN"),
    Key("headers", "further headers of HTTP requests", _headers, {}, secret=True, word=_as_table, metavar="JSON"),
    Key("ca", "certificates to trust instead of the system's", metavar="FILE"),
    Key("allow_plaintext", "send a password over plain http to other machines", values.boolean, False),
    *LOGIN_KEYS,
    Key(
        "stable", "a file is whole when it has not changed for so long", duration("5s"), 5 * SECOND, metavar="DURATION"
    ),
    Key("wait", "how long to wait for files to be whole", duration("1m"), MINUTE, metavar="DURATION"),
    Key("deadline", "fail when fetching takes longer in all", duration("1h"), HOUR, metavar="DURATION"),
    Key(
        "max_files",
        "fetch at most so many, the rest next time",
        whole(1, _FILES, "a number of files"),
        10_000,
        word=int,
        metavar="N",
    ),
    Key("max_size", "refuse files, and archives, that are larger", size("10GB"), 10 * 10**9, metavar="SIZE"),
    Key(
        "max_ratio",
        "refuse what unpacks to so many times its size",
        whole(2, 100_000, "a number"),
        200,
        word=int,
        metavar="N",
    ),
)
