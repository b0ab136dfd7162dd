"""One line of a crontab → what it says: an assignment, an entry, directives to Sexton, or nothing (crontab(5)).

Blanks before it do not count. Commands are taken as they are, but for `%`: the first one that no backslash precedes
ends the command, what follows is its standard input, each further `%` a line end there. Assignments are those of
Debian's cron: blanks around `=`, quotes around the name, the value or both; nothing in a value is replaced.
"""

import re
from typing import NamedTuple

from sexton.config.values import Unfit, shown

_ASSIGNMENT = re.compile(r"(?:(?P<quote>[\"'])(?P<quoted>.+?)(?P=quote)|(?P<bare>[A-Za-z_][\w.-]*))[ \t]*=[ \t]*")
_DIRECTIVE = re.compile(r"#[ \t]*sexton:(.*)", re.DOTALL | re.IGNORECASE)
_COMMAND = re.compile(r"(?:[^%\\]|\\.?)*+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PERCENT = re.compile(r"\\?%")
_BLANKS = re.compile(r"[ \t]+")
_USER = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_.-]*\$?|[0-9]+)(?::[A-Za-z0-9_.-]+)?")
_FIELDS = ("minute", "hour", "day of month", "month", "day of week")
_USER_MEANT = "in /etc/crontab and in cron.d a user stands between the schedule and the command"


class Assignment(NamedTuple):
    """A variable that holds for the lines after it."""

    name: str
    value: str


class Directive(NamedTuple):
    """What follows `# sexton:`, for the next entry."""

    text: str


class Entry(NamedTuple):
    """A job. `said` is what stands where the command does, `command` and `stdin` what that means."""

    schedule: str
    user: str
    said: str
    command: str
    stdin: str | None


def read_line(line: str, *, with_users: bool) -> Assignment | Directive | Entry | None:
    """What a line says, its end taken off; None for nothing. Raises Unfit."""
    line = line.lstrip(" \t")
    if not line:
        return None
    if line.startswith("#"):
        directive = _DIRECTIVE.match(line)
        return Directive(directive[1]) if directive else None
    if line.startswith("export "):
        raise Unfit("`export` is a word for shells; NAME=value is meant")
    assignment = _ASSIGNMENT.match(line)
    if assignment:
        return Assignment(assignment["quoted"] or assignment["bare"], _value(line[assignment.end() :]))
    return _entry(line, with_users=with_users)


def _value(text: str) -> str:
    """The value of an assignment. Quotes keep blanks at its ends, and are none when they stand within it."""
    quote = text[:1]
    if quote not in ("'", '"'):
        return text.rstrip(" \t")
    value, closed, rest = text[1:].partition(quote)
    if not closed:
        raise Unfit(f"the value: the quote {quote} does not close")
    if rest.strip(" \t"):
        raise Unfit(f"the value: {shown(rest.strip())} follows the closing quote; nothing may, not even a comment")
    return value


def _entry(line: str, *, with_users: bool) -> Entry:
    schedule, rest = _schedule(line)
    user = ""
    if with_users:
        user, *more = _BLANKS.split(rest, maxsplit=1)
        rest = more[0] if more else ""
        _verify_user(user)
    command, stdin = _command(rest)
    if not command.strip():
        raise Unfit(f"the command is missing{f'; {_USER_MEANT}' if with_users else ''}")
    return Entry(schedule, user, rest, command, stdin)


def _schedule(line: str) -> tuple[str, str]:
    """The schedule, its fields one blank apart, and the rest of the line."""
    count = 5
    if line.startswith("@"):
        count = 2 if _BLANKS.split(line, maxsplit=1)[0] == "@every" else 1
    words = _BLANKS.split(line, maxsplit=count)
    fields = [word for word in words[:count] if word]
    if len(fields) < count:
        missing = _FIELDS[len(fields)] if count == 5 else "duration"
        raise Unfit(f"{missing}: it is missing; five fields and a command are meant, or @daily and a command")
    return " ".join(fields), words[count] if len(words) > count else ""


def _verify_user(user: str) -> None:
    if not user:
        raise Unfit(f"user: it is missing, and so is the command; {_USER_MEANT}")
    if not _USER.fullmatch(user):
        raise Unfit(f"user: {shown(user)} can be nobody's name; {_USER_MEANT}")


def _command(said: str) -> tuple[str, str | None]:
    """The command, and what it gets on standard input, if a `%` says so."""
    match = _COMMAND.match(said)
    end = match.end() if match else 0
    command = _ESCAPED.sub(lambda pair: "%" if pair[1] == "%" else pair[0], said[:end])
    if end == len(said):
        return command, None
    stdin = _PERCENT.sub(lambda sign: "\n" if sign[0] == "%" else "%", said[end + 1 :])
    return command, stdin if not stdin or stdin.endswith("\n") else f"{stdin}\n"
