"""The native front door: TOML 1.0."""

import re

from sexton.config.page import Page, Remark
from sexton.config.where import Where

_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


def parse_toml(text: str) -> Page:
    """The tables of `text`, or what keeps it from being TOML. Raises RecursionError where they nest too deep."""
    import tomllib

    try:
        return Page(tomllib.loads(text), Where(text))
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        return Page(None, Where(""), (_syntax_problem(str(error), text),))


def _syntax_problem(message: str, text: str) -> Remark:
    match = _SYNTAX.fullmatch(message)
    if match is None:
        return Remark(0, f"this is not TOML: {message}")
    if match["line"] is None:
        end = text.rstrip("\n").count("\n") + 1
        return Remark(end, f"this is not TOML: {match['what']} (at the end of the file)")
    return Remark(int(match["line"]), f"this is not TOML: {match['what']} (column {match['column']})")
