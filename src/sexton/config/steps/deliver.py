"""The options of the step `deliver`."""

import re
from enum import StrEnum
from typing import Any, NamedTuple

from sexton.config import values
from sexton.config.steps.address import Doubts, lacking, reachable, scheme_of
from sexton.config.steps.key import Key
from sexton.config.steps.login import LOGIN_KEYS
from sexton.config.values import Unfit, choice, duration, whole
from sexton.model.units import HOUR, Duration

_LANES = 8  # connections at once: of more than ten that are about to log in, sshd turns some away (MaxStartups)


class Existing(StrEnum):
    """What becomes of a file of the same name and other content that is there already."""

    REFUSE = "refuse"
    REPLACE = "replace"
    KEEP = "keep"


class Verify(StrEnum):
    """By what a file that was sent is taken for whole: its size, or all of it, read back."""

    SIZE = "size"
    CONTENT = "content"


class Options(NamedTuple):
    """Files go below the folder `to`, `parallel` at once, within `deadline`. `mode` are the bits of chmod(2)."""

    to: str
    make_folders: bool = False
    existing: Existing = Existing.REFUSE
    verify: Verify = Verify.SIZE
    mode: int | None = None
    parallel: int = 1
    deadline: Duration = HOUR
    username: str = ""
    password: str = ""
    key_file: str | None = None
    private_key: str = ""
    passphrase: str = ""
    known_hosts: str | None = None
    host_key: str = ""


def _mode(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch("0?[0-7]{3}", value):
        raise Unfit(f'{values.found(value)}; octal digits in quotes such as "0640" are meant')
    return int(value, 8)


def _place(value: object) -> str:
    if scheme_of(values.name(value)) in ("http", "https"):
        raise Unfit("nothing is delivered over http; the step `http` sends a file to a web server")
    return str(reachable(values.name)(value))


def doubts(options: Options) -> Doubts:
    return lacking("to", (options.to,))


OPTIONS = Options
KEYS = (
    Key(
        "to",
        "the folder to deliver to, or its URL; %Y and so on stand for the fire time",
        _place,
        required=True,
        metavar="ADDRESS",
    ),
    Key("make_folders", "make that folder if it is not there", values.boolean, False),
    Key(
        "existing",
        "a file with other content that is there already: refuse, replace or keep it",
        choice(Existing),
        Existing.REFUSE,
        metavar="WORD",
    ),
    Key("verify", "compare the size, or the content by reading it back", choice(Verify), Verify.SIZE, metavar="WORD"),
    Key("mode", "who may read and write what is delivered, as with chmod", _mode, metavar="MODE"),
    Key(
        "parallel", "deliver so many files at once", whole(1, _LANES, "a number from 1 to 8"), 1, word=int, metavar="N"
    ),
    Key("deadline", "fail when delivering takes longer in all", duration("1h"), HOUR, metavar="DURATION"),
    Key("username", "who logs in, unless the address says so", default="", metavar="NAME"),
    Key("password", "their password", default="", secret=True, metavar="PASSWORD"),
    *LOGIN_KEYS,
)
