"""The options of the step `sort`."""

import os
import re
from typing import NamedTuple

from sexton.config import values
from sexton.config.steps.key import Faults, Key
from sexton.config.values import Unfit, size

LINE = 10**6  # characters
_LONGEST = 100 * 10**6
_SHARE = re.compile(r"(?:100|[0-9]{1,2}(?:\.[0-9]{1,6})?)%|[0-9]{1,12}")
_TAB = {"\\t": "\t", "tab": "\t"}


class Options(NamedTuple):
    """Rows of the input's files, or of those that `from_` names, are held to `schema`: good ones go to files below
    `processed`, the others below `flagged`. `max_flagged` is a share such as "5%", or a number."""

    schema: str
    processed: str
    flagged: str
    from_: tuple[str, ...] = ()
    syntax: str = "auto"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    header: bool = True
    encoding: str = "utf-8"
    max_flagged: str = ""
    max_line: int = LINE


def character(value: object) -> str:
    """One character that may stand in a row of CSV."""
    found = _TAB.get(values.text(value), values.text(value))
    if len(found) != 1 or found in "\r\n":
        raise Unfit(f"{values.shown(value)} is not one character; one such as ';' is meant, or 'tab'")
    return found


def character_or_none(value: object) -> str:
    return "" if value == "" else character(value)


def _syntax(value: object) -> str:
    if value not in ("auto", "csv", "json"):
        raise Unfit(f'{values.found(value)}; "auto", "csv" or "json" is meant')
    return str(value)


def _encoding(value: object) -> str:
    """A codec of Python's that makes text of bytes."""
    import codecs

    try:
        usable = codecs.lookup(values.name(value))._is_text_encoding
    except LookupError:
        usable = False
    if not usable:
        raise Unfit(f'{values.shown(value)} is no encoding; one such as "utf-8", "cp1252" or "utf-16" is meant')
    return str(value)


def _share(value: object) -> str:
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else values.text(value)
    if not _SHARE.fullmatch(found):
        raise Unfit(f'{values.shown(value)} is no share; a number of rows, or a share such as "5%", is meant')
    return found


def _line(value: object) -> int:
    found = size("1MB")(value)
    if not 1 <= found <= _LONGEST:
        raise Unfit(f'{values.shown(value)} is out of range; a size from "1B" to "100MB" is meant')
    return found


def verify(options: Options) -> Faults:
    if os.path.abspath(options.processed) == os.path.abspath(options.flagged):
        yield "flagged", f"processed and flagged are the same folder ({options.flagged}); two are meant"


OPTIONS = Options
KEYS = (
    Key("schema", "what rows are held to: a Table Schema, as JSON", required=True, metavar="FILE", schema=True),
    Key("processed", "the folder that good rows go to", required=True, dated=True, metavar="FOLDER"),
    Key("flagged", "the folder that other rows go to, with reasons", required=True, dated=True, metavar="FOLDER"),
    Key(
        "from",
        "files, with * ? [] and **, instead of those of the step before",
        values.names('"in/*.csv" or a list of files'),
        (),
        dated=True,
        metavar="FILES",
    ),
    Key("syntax", '"csv", "json" (a value a line), or "auto", by name', _syntax, "auto", metavar="SYNTAX"),
    Key("delimiter", "what stands between values", character, ",", metavar="CHARACTER"),
    Key("quote", "what stands around values; none if empty", character_or_none, '"', metavar="CHARACTER"),
    Key("escape", "takes its meaning from the next; none if empty", character_or_none, "", metavar="CHARACTER"),
    Key("header", "the first row has the names", values.boolean, True, metavar=""),
    Key("encoding", "how text is written; a BOM decides otherwise", _encoding, "utf-8", metavar="ENCODING"),
    Key("max_flagged", "fail, and hand on nothing, beyond so many or such a share", _share, "", metavar="SHARE"),
    Key("max_line", "flag longer rows, without reading them whole", _line, LINE, metavar="SIZE"),
)
