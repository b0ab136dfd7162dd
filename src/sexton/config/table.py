"""One table of a TOML file together with its place, so that whatever is wrong in it can be said by file and line.

A reader takes each key through a converter of values.py; a value that does not fit is reported, and the default
stands in so that reading goes on to find the rest. Nothing read here is used unless the report stays empty.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sexton.config.expand import Unexpanded
from sexton.config.report import Path, Report
from sexton.config.suggest import hint
from sexton.config.values import Unfit, found, name
from sexton.config.where import Where

T = TypeVar("T")

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Table:
    """A table of `file` at `path`. `places` are the whole file's."""

    __slots__ = ("data", "file", "path", "places", "report")

    def __init__(self, data: Mapping[str, Any], file: str, places: Where, report: Report, path: Path = ()) -> None:
        self.data = data
        self.file = file
        self.places = places
        self.report = report
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def place(self, *keys: str | int) -> str:
        """`file:line` of a key below this table, for messages that point there."""
        path = (*self.path, *keys)
        return f"{self._file(path)}:{self.places.line(path)}"

    def _file(self, path: Path) -> str:
        return self.places.file(path) or self.file

    def written(self, key: str) -> str:
        """A number, boolean or date as the file has it: `0o22`, not 18."""
        return self.places.written((*self.path, key))

    def problem(self, message: str, *keys: str | int) -> None:
        """Report what is wrong with a key below this table (without `keys`: with the table itself)."""
        path = (*self.path, *keys)
        self.report.problem(self._file(path), self.places.line(path), self._said(path, message), path)

    def warning(self, message: str, *keys: str | int) -> None:
        path = (*self.path, *keys)
        self.report.warning(self._file(path), self.places.line(path), self._said(path, message))

    def _said(self, path: Path, message: str) -> str:
        named = self.places.called(path)
        return f"{named if isinstance(named, str) else dotted(named)}: {message}" if named else message

    def at(self, data: Mapping[str, Any], *keys: str | int) -> "Table":
        """The table `data` that stands below this one."""
        return Table(data, self.file, self.places, self.report, (*self.path, *keys))

    def read(self, key: str, convert: Callable[[Any], T], default: T) -> T:
        """The key's value by `convert`; the default when it is absent, does not fit, or is not expanded yet."""
        value = self.data.get(key)
        if value is None or pending(value):
            return default
        try:
            return convert(value)
        except Unfit as error:
            self.problem(str(error), key)
            return default

    def verbatim(self, key: str) -> str | None:
        """A string, not empty, that is not looked into, so that it may stand unexpanded."""
        value = self.data.get(key)
        return value if isinstance(value, Unexpanded) else self.read(key, name, None)

    def below(self, key: str, meant: str) -> "Table | None":
        """The table at `key`, or None when there is none; anything else there is a problem."""
        value = self.data.get(key)
        if isinstance(value, dict):
            return self.at(value, key)
        if value is not None and not pending(value):
            self.problem(f"{found(value)}; {meant} is meant", key)
        return None

    def only(self, known: Iterable[str], later: Mapping[str, str], word: str = "key") -> None:
        """Report every key that is not `known`; `later` tells what to say of those that a plan may hold one day."""
        legal = tuple(known)
        for key in self.data:
            if key not in legal:
                message = later.get(key) or f"unknown {word} `{key}`; {hint(key, legal)}"
                path = (*self.path, key)
                self.report.problem(self._file(path), self.places.line(path), self._said(self.path, message), path)


def pending(value: object) -> bool:
    """True for a string in which a reference still stands, and for a list with such a string."""
    if isinstance(value, list):
        return any(map(pending, value))
    return isinstance(value, Unexpanded)


def dotted(path: Path) -> str:
    """A path as a person writes it: `jobs."a b".after[0].on`."""
    spelled = ""
    for part in path:
        if isinstance(part, int):
            spelled += f"[{part}]"
        else:
            spelled += ("." if spelled else "") + (part if _BARE_KEY.fullmatch(part) else quoted(part))
    return spelled


def quoted(key: str) -> str:
    import json

    return json.dumps(key, ensure_ascii=False)
