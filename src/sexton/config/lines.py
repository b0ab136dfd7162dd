"""Where each key of a TOML text stands, because tomllib gives values without their lines.

The scanner trusts that tomllib has accepted the text, so it need not judge: it only walks over keys and values as
TOML 1.0 lays them out. Every path that tomllib's result has, tables and list elements included, gets the line of
its key (a list element: the line where it begins); a table named by several headers or dotted keys, the first.
"""

import re
from bisect import bisect_left

from sexton.config.report import Path

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\r\n#]+")
_STRINGS = (  # longest delimiter first; a closing delimiter may be preceded by one or two of its own quotes
    ('"""', re.compile(r'"""(?:\\.|[^\\])*?"""(?!")', re.DOTALL)),
    ("'''", re.compile(r"'''.*?'''(?!')", re.DOTALL)),
    ('"', re.compile(r'"(?:\\.|[^"\\\n])*+"')),
    ("'", re.compile(r"'[^'\n]*'")),
)


class Places:
    """The lines of all paths, from 1, and the text of each number, boolean and date as it was written."""

    __slots__ = ("lines", "written")

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.written: dict[Path, str] = {}

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest table around it that has one; 0 when nothing of it was written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def scan(text: str) -> Places:
    """Find the places of all keys in `text`, which tomllib must have accepted."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.places


class _Scanner:
    __slots__ = ("at", "base", "newlines", "places", "sizes", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.base: Path = ()  # of the header in force
        self.sizes: dict[Path, int] = {}  # arrays of tables → how many elements so far
        self.places = Places()
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def document(self) -> None:
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self.header()
            else:
                self.pair(self.base)
            self.skip(_BLANK)

    def header(self) -> None:
        start = self.at
        array = self.text.startswith("[[", start)
        self.at += 2 if array else 1
        parts = self.key()
        self.at += 2 if array else 1
        path: Path = ()
        for part in parts[:-1]:
            path = self.newest((*path, part))
            self.note(path, start)
        path = (*path, parts[-1])
        self.note(path, start)
        if array:
            path = self.element(path)
            self.note(path, start)
        self.base = path

    def newest(self, path: Path) -> Path:
        """A path that leads through an array of tables means the array's last element."""
        return (*path, self.sizes[path] - 1) if path in self.sizes else path

    def element(self, path: Path) -> Path:
        index = self.sizes.get(path, 0)
        self.sizes[path] = index + 1
        return (*path, index)

    def pair(self, base: Path) -> None:
        start = self.at
        path = base
        for part in self.key():
            path = (*path, part)
            self.note(path, start)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.skip(_SPACE)
            parts.append(self.key_part())
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def key_part(self) -> str:
        if self.text[self.at] not in "\"'":
            return self.skip(_BARE_KEY)
        return unquote(self.string())

    def value(self, path: Path) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self.string()
        elif first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        else:
            self.places.written[path] = self.skip(_SCALAR).strip()

    def array(self, path: Path) -> None:
        index = 0
        self.at += 1
        self.skip(_BLANK)
        while self.text[self.at] != "]":
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1
            self.separator()
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        self.skip(_BLANK)
        while self.text[self.at] != "}":
            self.pair(path)
            self.separator()
        self.at += 1

    def separator(self) -> None:
        self.skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(_BLANK)

    def string(self) -> str:
        for delimiter, pattern in _STRINGS:
            if self.text.startswith(delimiter, self.at):
                return self.skip(pattern)
        raise AssertionError("string() is called at a quote only")

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        assert match is not None, "tomllib accepts no such text"
        self.at = match.end()
        return match.group()

    def note(self, path: Path, offset: int) -> None:
        self.places.lines.setdefault(path, bisect_left(self.newlines, offset) + 1)


def unquote(key: str) -> str:
    """The meaning of a quoted key, by tomllib's own reading of strings."""
    if key[0] == "'" or "\\" not in key:
        return key[1:-1]
    import tomllib

    return str(tomllib.loads(f"key = {key}")["key"])
