"""The options of the step `fetch`."""

import os
import re
from enum import StrEnum
from typing import Any, NamedTuple

from sexton.config import values
from sexton.config.steps.address import Doubts, lacking, reachable, scheme_of
from sexton.config.steps.key import Faults, Key
from sexton.config.steps.login import LOGIN_KEYS
from sexton.config.steps.web import WEB_KEYS
from sexton.config.values import duration, size, whole
from sexton.model.units import HOUR, MINUTE, SECOND, Duration

_FILES = 250_000  # names of one listing that are kept in memory


class Existing(StrEnum):
    """What becomes of a file of the same name and other content that is in `into` already: the new one gets a number,
    or takes its place."""

    NUMBER = "number"
    REPLACE = "replace"


class Options(NamedTuple):
    """New files of the addresses `from_` go below the folder `into`, raw ones below `backup` first. Lengths of time in
    microseconds, sizes in bytes; from `key_file` to `host_key` it is about SFTP, from `token` to `ca` about HTTP."""

    from_: tuple[str, ...]
    into: str
    backup: str | None = None
    existing: Existing = Existing.NUMBER
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
    strict: bool = False


def verify(options: Options) -> Faults:
    """Folders of which one makes the other useless, by how they are written. What `from` and `into` are may not be
    known yet."""
    own = [(key, options._asdict()[key]) for key in ("into", "backup")]
    folders = {key: os.path.normpath(each) for key, each in own if type(each) is str}
    if len(folders) > len(set(folders.values())):
        yield "backup", f"into and backup are the same folder ({options.into}); two are meant"
    given: Any = options.from_
    addresses = given if isinstance(given, list | tuple) else ()
    read = [_path(each) for each in addresses if type(each) is str and scheme_of(each) in ("", "file")]
    for key, folder in folders.items():
        if any(_reads(path, folder) for path in read):
            yield key, f"`from` reads this very folder, and what lies in `{key}` is never new; another one is meant"


def _path(address: str) -> str:
    return re.sub(r"(?i)^file://(localhost)?", "", address)


def _reads(path: str, folder: str) -> bool:
    """Whether a folder is what a path of this machine begins with, up to its first pattern, or one whose files its
    patterns mean. `**` leads to all there are, and passes over our own."""
    from fnmatch import fnmatchcase

    top = _top(path)
    if folder == top or top == os.path.normpath(path):
        return folder == top
    patterns, parts = os.path.normpath(path).split("/")[:-1], folder.split("/")
    return len(patterns) == len(parts) and all(
        pattern != "**" and fnmatchcase(part, pattern) and (pattern[:1] == "." or part[:1] != ".")
        for pattern, part in zip(patterns, parts, strict=True)
    )


def _top(path: str) -> str:
    """The folder, up to its first part with a pattern."""
    parts = path.split("/")
    plain = next((at for at, part in enumerate(parts) if re.search(r"[*?\[]", part)), len(parts))
    return os.path.normpath("/".join(parts[:plain]) or ("/" if path.startswith("/") else "."))


def doubts(options: Options) -> Doubts:
    return lacking("from", options.from_)


OPTIONS = Options
KEYS = (
    Key(
        "from",
        "paths of files, with * ? [] and **, or URLs; %Y and so on stand for the fire time",
        reachable(values.names('"in/*.csv" or a list of addresses')),
        required=True,
        metavar="ADDRESS",
    ),
    Key("into", "the folder that new files go to", required=True, dated=True, metavar="FOLDER"),
    Key("backup", "keep each file as it came in this folder first", dated=True, metavar="FOLDER"),
    Key(
        "existing",
        "a file of the name with other content in `into`: give the new one a number, or replace it",
        values.choice(Existing),
        Existing.NUMBER,
        metavar="WORD",
    ),
    Key("unpack", "unpack zip, tar and compressed files", values.boolean, False),
    *WEB_KEYS,
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
    Key("strict", "fail when a file is refused, after the others were fetched", values.boolean, False),
)
