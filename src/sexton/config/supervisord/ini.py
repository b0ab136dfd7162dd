"""INI text → sections with the line of every key, by the rules of Python's RawConfigParser as supervisor uses it.

It is configparser(3) that decides what a line means, quirks included: `;` and `#` begin a comment after white space, a
line that is indented further goes on with the value above, a section that comes again is merged. It is written anew
only because that one keeps no lines. Invariant: what it reads has the same sections, keys and values as there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sexton.config.page import Remark

DEFAULT = "DEFAULT"  # its keys count in every section

_SECTION = re.compile(r"\[(.+)\]")
_OPTION = re.compile(r"(.*?)\s*(?:(?:=|:)\s*(.*))$", re.DOTALL)
_NOT_SPACE = re.compile(r"\S")
_COMMENTS = ("#", ";")


class Option(NamedTuple):
    """A key's value, and where it stands; `written` is the key as it was written, before it became lower case."""

    value: str
    file: str
    line: int
    written: str


Section = dict[str, Option]


class Ini:
    """All sections that have been read, in the order in which they were first seen."""

    def __init__(self) -> None:
        self.sections: dict[str, Section] = {}
        self.places: dict[str, tuple[str, int]] = {}  # section → file and line of its first header
        self.defaults: Section = {}

    def read(self, text: str, file: str) -> list[Remark]:
        """Add what `text` says; lines that mean nothing come back."""
        reader = _Reader(self, file)
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
            reader.line(number, line)
        reader.finish()
        return reader.problems

    def options(self, section: str) -> Section:
        """The keys of a section with those of [DEFAULT], which come first."""
        return {**self.defaults, **self.sections[section]}


class _Reader:
    """Reads one file into `ini`. `lines` are those of the value that may go on."""

    def __init__(self, ini: Ini, file: str) -> None:
        self.problems: list[Remark] = []
        self._ini = ini
        self._file = file
        self._section: Section | None = None
        self._key = ""
        self._lines: list[str] = []
        self._indent = 0

    def line(self, number: int, line: str) -> None:
        end = _comment_in(line)
        value = line[:end].strip()
        if not value:
            if end is None and self._key:
                self._lines.append("")
            return
        first = _NOT_SPACE.search(line)
        indent = first.start() if first else 0
        if self._key and indent > self._indent:
            self._lines.append(value)
            return
        self._indent = indent
        if header := _SECTION.match(value):
            self._open(header[1], number)
        elif self._section is None:
            self._problem(number, "it stands before the first section; put a [section] above it")
        else:
            self._option(value, number)

    def finish(self) -> None:
        """No more lines of the value that is being read."""
        if self._key and self._section is not None:
            option = self._section[self._key]
            self._section[self._key] = option._replace(value="\n".join(self._lines).rstrip())
        self._key = ""

    def _open(self, name: str, number: int) -> None:
        self.finish()
        if name == DEFAULT:
            self._section = self._ini.defaults
            return
        self._ini.places.setdefault(name, (self._file, number))
        self._section = self._ini.sections.setdefault(name, {})

    def _option(self, value: str, number: int) -> None:
        self.finish()
        match = _OPTION.match(value)
        if match is None or not match[1]:
            self._problem(number, "it is neither a [section] nor key = value")
            return
        assert self._section is not None
        self._key = match[1].rstrip().lower()
        self._lines = [match[2].strip()]
        self._section[self._key] = Option(self._lines[0], self._file, number, match[1].rstrip())

    def _problem(self, number: int, message: str) -> None:
        self.problems.append(Remark(number, message, self._file))


def _comment_in(line: str) -> int | None:
    """Where the comment of a line begins; None when it has none. Of several `;` (`#`) the first after white space
    counts, and the two signs are looked for in turns, as configparser does."""
    if line.strip().startswith(_COMMENTS):
        return 0
    candidates = [list(_finds(line, sign)) for sign in (";", "#")]
    for turn in range(max(map(len, candidates))):
        found = [places[turn] for places in candidates if turn < len(places)]
        begins = [place for place in found if place == 0 or line[place - 1].isspace()]
        if begins:
            return min(begins)
    return None


def _finds(line: str, sign: str) -> Iterator[int]:
    place = line.find(sign)
    while place >= 0:
        yield place
        place = line.find(sign, place + 1)
