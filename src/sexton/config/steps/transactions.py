"""Statements of a text of SQL that would begin or end a transaction: those of the text's own, none in the body of a
function, a trigger or a `DO`, where a database takes them for something else or refuses them itself.

Knows what hides a semicolon: quotes, dollar quotes, comments, parentheses and bodies (PostgreSQL, SQL Syntax, Lexical
Structure; sqlite.org/lang.html), no grammar. Invariant: one pass, whatever the text is.
"""

import re
from collections.abc import Iterator

# Possessive, so that nothing is read twice; what is not closed goes on to the end, where a database finds fault.
_SHARED = r"""
    --[^\n]* | '(?:[^']|'')*+'? | "(?:[^"]|"")*+"? | (?P<comment>/\*) | (?P<word>[^\W\d][\w$]*) | \d[\w.$]*
    | (?P<mark>[;()])"""
_POSTGRES = rf"[eE]'(?:[^'\\]|''|\\.)*+'? | \$(?P<tag>(?:[^\W\d]\w*)?)\$ | \$\d+ | {_SHARED}"
_SQLITE = rf"`[^`]*`? | \[[^]]*\]? | [$@:?][\w$]* | {_SHARED}"
_FLAGS = re.VERBOSE | re.DOTALL
_COMMENT = r"/\*|\*/"

_CONTROL = ("BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "START TRANSACTION", "PREPARE TRANSACTION")
_HEAD = 5  # words that tell what a statement is: CREATE OR REPLACE TEMP TRIGGER
_WITH_BODY = {"FUNCTION", "PROCEDURE", "TRIGGER"}


def control(text: str, *, sqlite: bool) -> str | None:
    """The first statement that begins or ends a transaction, by its words; None: there is none."""
    for words in _heads(text, sqlite):
        found = next((each for each in _CONTROL if tuple(each.split()) == words[: len(each.split())]), None)
        if found is not None and not (found == "ROLLBACK" and "TO" in words[1:3]):  # to a savepoint, which is within
            return found
    return None


def _heads(text: str, sqlite: bool) -> Iterator[tuple[str, ...]]:
    """The first words of each statement, in capitals."""
    head: list[str] = []
    depth = inside = 0  # parentheses, and BEGIN or CASE of a body, that are open
    for token in _tokens(text, sqlite):
        if token in "()":
            depth = max(0, depth + (1 if token == "(" else -1))
        elif token == ";":
            if not (depth or inside):
                yield tuple(head)
                head = []
        else:
            inside = _body(token, head, inside)
            head += [token] * (len(head) < _HEAD)
    yield tuple(head)


def _body(word: str, head: list[str], inside: int) -> int:
    """How many are open behind this word."""
    if head[:1] != ["CREATE"] or _WITH_BODY.isdisjoint(head):
        return 0
    if word == "BEGIN" or (word == "CASE" and inside):
        return inside + 1
    return max(0, inside - (word == "END"))


def _tokens(text: str, sqlite: bool) -> Iterator[str]:
    """Words in capitals, semicolons and parentheses."""
    pattern = re.compile(_SQLITE if sqlite else _POSTGRES, _FLAGS)
    at = 0
    while (match := pattern.search(text, at)) is not None:
        at = match.end()
        if match["comment"]:
            at = _behind_comment(text, at, nested=not sqlite)
        elif not sqlite and match["tag"] is not None:
            closed = text.find(match[0], at)
            at = len(text) if closed < 0 else closed + len(match[0])
        elif match["word"] or match["mark"]:
            yield match[0].upper()


def _behind_comment(text: str, at: int, *, nested: bool) -> int:
    depth = 1
    for match in re.compile(_COMMENT).finditer(text, at):
        depth += 1 if match[0] == "/*" and nested else -1 if match[0] == "*/" else 0
        if not depth:
            return match.end()
    return len(text)
