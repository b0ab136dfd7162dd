"""Files of environment variables: `KEY=VALUE` lines, as shells and containers share them.

Empty lines and lines that begin with `#` say nothing; a leading `export ` is dropped. A value may be in single
quotes (taken as it is) or double quotes (`\\n`, `\\t`, `\\"`, `\\\\` and `\\$` as in C); without quotes it ends before
white space and `#`, and white space around it is dropped. Nothing is expanded. Messages never show a value.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = re.compile(
    r"(?:export[ \t]+)?(?P<key>[A-Za-z_][A-Za-z0-9_.-]*)=[ \t]*"
    r"(?:'(?P<single>[^']*)'|\"(?P<double>(?:\\.|[^\"\\])*)\"|(?P<bare>(?![\"']).*?))"
    r"[ \t]*(?:(?<=[ \t])#.*)?"
)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


class EnvLine(NamedTuple):
    """One line that says something: a variable, or (`key` empty) what is wrong with it."""

    line: int
    key: str
    value: str
    problem: str = ""


def parse_env(text: str) -> Iterator[EnvLine]:
    """Each variable and each bad line of the text, with its line number from 1."""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line and not line.startswith("#"):
            yield _parse_line(number, line)


def _parse_line(number: int, line: str) -> EnvLine:
    match = _LINE.fullmatch(line)
    if match is None:
        return EnvLine(number, "", "", _why(line))
    value = match["single"] or match["bare"] or _ESCAPE.sub(_unescape, match["double"] or "")
    if "\0" in value:
        return EnvLine(number, "", "", "the value holds a NUL character, which no process can be given")
    return EnvLine(number, match["key"], value)


def _unescape(match: re.Match[str]) -> str:
    return _ESCAPED.get(match[1], match[0])


def _why(line: str) -> str:
    key, equals, value = line.removeprefix("export ").partition("=")
    if not equals:
        return "no `=` in the line; KEY=VALUE or a # comment is meant"
    if value.strip()[:1] in ("'", '"'):
        return f"the quotes after `{key.strip()}=` do not close, or something follows them"
    return "no variable's name before `=`; letters, digits and _ without spaces around them are meant"
