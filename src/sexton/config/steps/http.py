"""The options of the step `http`."""

import json
import re
from typing import Any, NamedTuple

from sexton.config import values
from sexton.config.steps.address import web
from sexton.config.steps.key import Faults, Key
from sexton.config.steps.web import ONLY_READ, WEB_KEYS, verify_access
from sexton.config.values import Unfit, duration, shown, size, whole
from sexton.model.units import MINUTE, Duration

_METHOD = re.compile(r"[A-Z][A-Z-]{0,30}")
_STATUS = whole(200, 599, "a status such as 200")


class Options(NamedTuple):
    """One request to `url`, which brings `body` (a text, or what becomes JSON) or the content of `file`. Its answer, of
    `max_size` bytes at most, has one of the statuses `expect`, without these any of 200 to 299, and becomes a file
    below the folder `into`."""

    url: str
    method: str | None = None
    body: Any = None
    file: str | None = None
    expect: tuple[int, ...] = ()
    into: str | None = None
    filename: str | None = None
    username: str = ""
    password: str = ""
    token: str = ""
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    ca: str | None = None
    allow_plaintext: bool = False
    max_size: int = 10**8
    deadline: Duration = MINUTE


def _method(value: object) -> str:
    method = values.name(value)
    if not _METHOD.fullmatch(method) or method in ("CONNECT", "TRACE"):
        raise Unfit(f"{shown(method)} cannot be used; a method such as GET, POST, PUT or DELETE is meant")
    return method


def _body(value: object) -> Any:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict | list):
        raise Unfit(f"{values.found(value)}; a string is meant, or a table or a list, which is sent as JSON")
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise Unfit("there is a date, a time or no number in it, which JSON has not; write it as a string") from None
    return value


def _expect(value: object) -> tuple[int, ...]:
    statuses = value if isinstance(value, list) else [value]
    if not statuses:
        raise Unfit("the list is empty; a status such as 200 is meant")
    return tuple(map(_STATUS, statuses))


def verify(options: Options) -> Faults:
    if options.body is not None and options.file is not None:
        yield "file", "`body` and `file` exclude each other; drop one"
    if options.method in ONLY_READ and not (options.body is None and options.file is None):
        yield "method", f"a {options.method} brings nothing; drop `body` and `file`, or write another `method`"
    if options.filename and not options.into:
        yield "filename", "it is what the answer is called in the folder `into`; write that, too"
    yield from verify_access(options)


OPTIONS = Options
KEYS = (
    Key(
        "url",
        "what is called; %Y and so on stand for the fire time",
        web,
        required=True,
        positional=True,
        metavar="URL",
    ),
    Key("method", "GET, or POST where something is sent", _method, metavar="WORD"),
    Key("body", "what is sent: a text, or a table, as JSON", _body, metavar="TEXT"),
    Key("file", "the file that is sent", dated=True, metavar="FILE"),
    Key("expect", "the statuses that are a success, instead of 200 to 299", _expect, (), word=int, metavar="STATUS"),
    Key("into", "the folder that the answer goes to", dated=True, metavar="FOLDER"),
    Key("filename", "its name there, instead of the end of the address", dated=True, metavar="NAME"),
    *WEB_KEYS,
    Key("max_size", "refuse an answer that is larger", size("100MB"), 10**8, metavar="SIZE"),
    Key("deadline", "fail when it takes longer in all", duration("1m"), MINUTE, metavar="DURATION"),
)
