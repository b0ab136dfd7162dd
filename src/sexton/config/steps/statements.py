"""The statements of a text of SQL, one by one.

Knows what hides a semicolon: quotes, dollar quotes, comments, parentheses and bodies (PostgreSQL, SQL Syntax, Lexical
Structure, with standard_conforming_strings on; sqlite.org/lang.html, sqlite.org/c3ref/complete.html), no grammar.
Invariant: one pass, whatever the text is; a statement begins with its first word, whatever comments are before it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Possessive, so that nothing is read twice; what is not closed goes on to the end, where a database finds fault.
_SHARED = r"""
    '(?:[^']|'')*+'? | "(?:[^"]|"")*+"? | (?P<comment>/\*) | (?P<word>[^\W\d][\w$]*) | \d[\w.$]* | \S"""
_ESCAPED = r"'(?:[^'\\]|''|\\.)*+'?"
_POSTGRES = rf"""(?P<line>--[^\n\r]*) | [eE]{_ESCAPED}(?:[ \t\f\v]*+[\n\r]\s*+{_ESCAPED})*+
    | \$(?P<tag>(?:[^\W\d]\w*)?)\$ | \$\d+ | {_SHARED}"""
_SQLITE = rf"(?P<line>--[^\n]*) | `[^`]*`? | \[[^]]*\]? | [$@:?][\w$]* | {_SHARED}"
_FLAGS = re.VERBOSE | re.DOTALL
_COMMENT = r"/\*|\*/"

_HEAD = 5  # words that tell what a statement is: CREATE OR REPLACE TEMP TRIGGER
_MADE = re.compile(r"CREATE (?:OR REPLACE )?(?:(?:TEMP|TEMPORARY|CONSTRAINT) )?(\w+)")


class Statement(NamedTuple):
    """`text` has no semicolon at its end, nor comments around it; `head` its first words and marks, in capitals."""

    text: str
    head: tuple[str, ...]


class _Token(NamedTuple):
    """A word in capitals, or the first letter of what is none."""

    word: str
    start: int
    end: int


def statements(text: str, *, sqlite: bool) -> Iterator[Statement]:
    found: list[str] = []
    start = end = 0
    state = _Sqlite() if sqlite else _Postgres()
    for token in _tokens(text, sqlite):
        if token.word == ";" and state.ends(found):
            if found:
                yield Statement(text[start:end], tuple(found))
            found, state = [], type(state)()
            continue
        state.take(token.word, found)
        start = start if found else token.start
        end = token.end
        found += [token.word] * (len(found) < _HEAD)
    if found:
        yield Statement(text[start:end], tuple(found))


def _makes(head: list[str]) -> str:
    """What CREATE makes; empty for other statements."""
    made = _MADE.match(" ".join(head))
    return made[1] if made else ""


class _Sqlite:
    """A trigger ends where a semicolon, END and a semicolon follow each other, as sqlite3_complete() has it."""

    def __init__(self) -> None:
        self._last = ("", "")

    def take(self, word: str, head: list[str]) -> None:
        self._last = (self._last[1], word)

    def ends(self, head: list[str]) -> bool:
        return _makes(head) != "TRIGGER" or self._last == (";", "END")


class _Postgres:
    """Parentheses, and what BEGIN ATOMIC opens of a function: CASE and END count only there."""

    def __init__(self) -> None:
        self._depth = self._inside = 0
        self._last = ""

    def take(self, word: str, head: list[str]) -> None:
        self._depth = max(0, self._depth + (word == "(") - (word == ")"))
        if self._inside:
            self._inside += (word == "CASE") - (word == "END")
        elif word == "ATOMIC" and self._last == "BEGIN" and not self._depth:
            self._inside = int(_makes(head) in ("FUNCTION", "PROCEDURE"))
        self._last = word

    def ends(self, head: list[str]) -> bool:
        return not (self._depth or self._inside)


def _tokens(text: str, sqlite: bool) -> Iterator[_Token]:
    """All but blanks and comments."""
    pattern = re.compile(_SQLITE if sqlite else _POSTGRES, _FLAGS)
    at = 0
    while (match := pattern.search(text, at)) is not None:
        at = match.end()
        if match["comment"]:
            at = _behind_comment(text, at, nested=not sqlite)
            continue
        if not sqlite and match["tag"] is not None:
            closed = text.find(match[0], at)
            at = len(text) if closed < 0 else closed + len(match[0])
        if match["line"] is None:
            yield _Token(match["word"].upper() if match["word"] else match[0][0], match.start(), at)


def _behind_comment(text: str, at: int, *, nested: bool) -> int:
    depth = 1
    for match in re.compile(_COMMENT).finditer(text, at):
        depth += 1 if match[0] == "/*" and nested else -1 if match[0] == "*/" else 0
        if not depth:
            return match.end()
    return len(text)
