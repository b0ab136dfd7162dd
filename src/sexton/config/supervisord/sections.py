"""One supervisord.conf with what it includes, section by section: each key taken once, by file and line.

`Conf` has the text and collects what is wrong with it; `Keys` are those of one section. A value that does not fit is a
problem, and the default stands in so that reading goes on. Nothing here knows what a key means.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sexton.config.expand import Unexpanded
from sexton.config.lines import Places, scan
from sexton.config.page import Remark
from sexton.config.supervisord.expansions import Expansions, carried
from sexton.config.supervisord.ini import Ini, Option
from sexton.config.values import Unfit
from sexton.config.where import Where

if TYPE_CHECKING:
    from sexton.config.report import Path

T = TypeVar("T")


class Lines(Where):
    """The places of the tables that are made, in the words of the file: `[program:web] command`."""

    __slots__ = ("files", "said")

    lenient = True

    def __init__(self) -> None:
        super().__init__("")
        self._places = Places()
        self.files: dict[Path, str] = {}
        self.said: dict[Path, str] = {}

    def note(self, path: Path, option: Option, said: str) -> None:
        assert self._places is not None
        self._places.lines[path] = option.line
        self.files[path] = option.file
        self.said[path] = said

    def note_written(self, path: Path, text: str) -> None:
        """Take the numbers and so on in a table as they are written in `text`, which is TOML."""
        assert self._places is not None
        for below, written in scan(f"value = {' '.join(text.splitlines())}").written.items():
            self._places.written[*path, *below[1:]] = written

    def called(self, path: Path) -> Path | str:
        return self.said.get(_nearest(path, self.said), path)

    def file(self, path: Path) -> str | None:
        return self.files.get(_nearest(path, self.files))


class Conf:
    """The whole of it. `here` is the folder of the main file."""

    def __init__(self, ini: Ini, file: str) -> None:
        self.ini = ini
        self.file = file
        self.here = os.path.dirname(os.path.abspath(file))
        self.places = Lines()
        self.problems: list[Remark] = []
        self.warnings: list[Remark] = []
        self.lost: list[str] = []

    def sections(self, kind: str) -> list[str]:
        """Those of a kind, `program:a` and so on, in their order; without a name too."""
        return [section for section in self.ini.sections if section.partition(":")[0] == kind]

    def problem(self, section: str, message: str, key: str | None = None) -> None:
        self.problems.append(self._remark(section, message, key))

    def warning(self, section: str, message: str, key: str | None = None) -> None:
        self.warnings.append(self._remark(section, message, key))

    def _remark(self, section: str, message: str, key: str | None) -> Remark:
        option = self.ini.options(section).get(key) if key and section in self.ini.sections else None
        file, line = self.ini.places.get(section, (self.file, 0))
        said = f"[{section}] {key}: {message}" if key else f"[{section}]: {message}"
        return Remark(option.line, said, option.file) if option else Remark(line, said, file)


class Keys:
    """The keys of one section, with the expansions that hold in it."""

    def __init__(self, conf: Conf, section: str, expansions: Expansions) -> None:
        self.conf = conf
        self.section = section
        self.expansions = expansions
        self._options = conf.ini.options(section)

    def __contains__(self, key: str) -> bool:
        return key in self._options

    def expanding(self, expansions: Expansions) -> Keys:
        """The same keys with other expansions."""
        return Keys(self.conf, self.section, expansions)

    def only(self, known: Iterable[str]) -> list[str]:
        """The keys that are none of `known`."""
        legal = frozenset(known)
        return [key for key in self._options if key not in legal]

    def written(self, key: str) -> str:
        """The value before any expansion."""
        return self._options[key].value

    def read(self, key: str, convert: Callable[[str], T], default: T) -> T:
        """The value by `convert`; the default when it is absent or does not fit."""
        found: T = self._try(key, lambda text, expansions: convert(expansions.plain(text)), default)
        return found

    def held(self, key: str) -> str:
        """The value as a text that `carried` makes fit for a table; or one that nobody looks into."""
        return self._held(key, lambda text, expansions: expansions.held(text))

    def held_twice(self, key: str) -> str:
        """The same, and what comes out is expanded once more."""
        return self._held(key, lambda text, expansions: expansions.held(expansions.held(text)))

    def _held(self, key: str, convert: Callable[[str, Expansions], str]) -> str:
        if key not in self:
            return ""
        held: str = self._try(key, convert, Unexpanded("?"))
        return held

    def carried(self, key: str) -> str:
        return carried(self.held(key))

    def problem(self, key: str, message: str) -> None:
        self.conf.problem(self.section, message, key)

    def warning(self, key: str, message: str) -> None:
        self.conf.warning(self.section, message, key)

    def note(self, path: Path, key: str | None = None) -> None:
        """What is made at `path` comes of this section, or of this key of it."""
        if key is not None and key in self._options:
            self.conf.places.note(path, self._options[key], f"[{self.section}] {key}")
        elif key is None:
            file, line = self.conf.ini.places[self.section]
            self.conf.places.note(path, Option("", file, line, ""), f"[{self.section}]")

    def note_all(self, path: Path, keys: Mapping[str, str]) -> None:
        """What is made of keys: those of the table at `path` → those of this section."""
        for made, key in keys.items():
            self.note((*path, made), key)

    def _try(self, key: str, convert: Callable[[str, Expansions], Any], default: Any) -> Any:
        option = self._options.get(key)
        if option is None:
            return default
        here = os.path.dirname(os.path.abspath(option.file))
        try:
            return convert(option.value, self.expansions.having(here=here))
        except Unfit as error:
            self.problem(key, str(error))
            return default


def _nearest(path: Path, known: Mapping[Path, str]) -> Path:
    while path and path not in known:
        path = path[:-1]
    return path
