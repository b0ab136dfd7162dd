"""A file that a mail is about: what it is called, and its end. Never read from its beginning, however long it is."""

from __future__ import annotations

import os
import stat
from typing import NamedTuple

from sexton.mail.ending import read_end
from sexton.mail.tail import LIMIT, last_lines
from sexton.steps.errors import StepError
from sexton.steps.manifest import Manifest

_ENOUGH = 8 * LIMIT  # bytes: no character takes more than four, and there are empty lines


class Subject(NamedTuple):
    """`size` in bytes; `rows` None where nobody counted."""

    path: str
    name: str
    size: int
    rows: int | None = None


class Tail(NamedTuple):
    """`whole`: there is no line before these that is not empty."""

    text: str
    whole: bool

    @property
    def lines(self) -> int:
        return self.text.count("\n") + 1 if self.text else 0


def of_file(path: str) -> Subject:
    """Raises OSError, and StepError for what is no regular file."""
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise StepError(f"cannot mail what is no regular file ({path})")
    return Subject(path, os.path.basename(path), found.st_size)


def of_manifest(handed: Manifest) -> list[Subject]:
    return [Subject(entry.path, entry.name, entry.size, entry.rows) for entry in handed.files]


def tail_of(subject: Subject, lines: int, room: int) -> Tail | None:
    """Its last lines, in `room` characters; None for what is no text. Raises OSError."""
    end = read_end(subject.path, _ENOUGH)
    if b"\0" in end:
        return None
    text = end.decode("utf-8", "replace")
    shown = last_lines(text, lines, room)
    more = last_lines(text, lines + 1, room)
    return Tail(shown, len(end) == subject.size and shown == more and len(shown) < room)
