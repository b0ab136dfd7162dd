"""TOML files and the files they include → one root table per file, in reading order, references replaced.

Each file is read once, however often it is named; a file that includes itself, by whatever way round, is reported.
"""

import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from sexton.config.expand import Expander
from sexton.config.files import Unreadable, read_text, why_doubtful
from sexton.config.report import Path, Report
from sexton.config.table import Table, pending
from sexton.config.values import Unfit, found, name
from sexton.config.where import Where

FILE_LIMIT = 4_000_000  # bytes
_DEEPEST = 16  # includes within includes
_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


class Reading(NamedTuple):
    """The root tables of all files that could be read, and whether these are `all_files`."""

    roots: list[Table]
    all_files: bool


def read_files(names: Sequence[str], expander: Expander, report: Report, form: str | None = None) -> Reading:
    """Read the named files and all that they include; whatever cannot be read is reported. `form` is the format of
    the named ones, whatever their names say."""
    reader = _Reader(expander, report)
    for each in names:
        try:
            reader.read(each, (), form)
        except (Unfit, OSError) as error:  # OSError: the folder that we are in has gone
            report.problem(each, 0, str(error))
            reader.all_files = False
    return Reading(reader.roots, reader.all_files)


class _Reader:
    def __init__(self, expander: Expander, report: Report) -> None:
        self.roots: list[Table] = []
        self.all_files = True
        self._expander = expander
        self._report = report
        self._read: set[str] = set()  # real paths

    def read(self, file: str, trail: tuple[str, ...], form: str | None = None) -> None:
        """Read `file` and its includes; `trail` are the files that led here. Raises Unfit when it cannot be had."""
        identity = os.path.realpath(file)
        around = [os.path.realpath(outer) for outer in trail]
        if identity in around:
            raise Unfit("files that include each other: " + " → ".join((*trail[around.index(identity) :], file)))
        if len(trail) > _DEEPEST:
            raise Unfit(f"more than {_DEEPEST} includes within includes")
        if identity in self._read:
            return
        self._read.add(identity)
        text = _read(file, form)
        self._report.opened(file)
        if doubt := why_doubtful(os.stat(file), os.geteuid(), os.getuid()):
            self._report.warning(file, 0, doubt)
        root = self._parse(file, text)
        if root is None:
            self.all_files = False
        else:
            self.roots.append(root)
            self._include(root, (*trail, file))

    def _parse(self, file: str, text: str) -> Table | None:
        import tomllib

        try:
            data = tomllib.loads(text)
            places = Where(text)
            return Table(self._expanded(data, (), file, places), file, places, self._report)
        except RecursionError:
            self._report.problem(file, 0, "lists or tables nest too deep; put fewer within each other")
        except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
            self._report.problem(file, *_syntax_problem(str(error), text))
        return None

    def _expanded(self, value: Any, path: Path, file: str, places: Where) -> Any:
        if isinstance(value, dict):
            return {key: self._expanded(item, (*path, key), file, places) for key, item in value.items()}
        if isinstance(value, list):
            return [self._expanded(item, (*path, index), file, places) for index, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        return self._expanded_text(value, Table({}, file, places, self._report, path))

    def _expanded_text(self, value: str, place: Table) -> str:
        if value.startswith("secret:"):
            from sexton.config.references import reference

            if (found := reference(value, place)) is not None:
                return found
        expansion = self._expander.expand(value)
        if expansion.problem:
            place.problem(expansion.problem)
        if expansion.warning:
            place.warning(expansion.warning)
        return expansion.text

    def _include(self, root: Table, trail: tuple[str, ...]) -> None:
        sexton = root.data.get("sexton")
        files = sexton.get("include", []) if isinstance(sexton, dict) else []
        if not isinstance(files, list):
            root.problem(f'{found(files)}; a list of files such as ["more.toml"] is meant', "sexton", "include")
            return
        folder = os.path.dirname(trail[-1])
        for index, file in enumerate(files):
            if pending(file):
                self.all_files = False
                continue
            try:
                self.read(os.path.join(folder, name(file)), trail)
            except Unfit as error:
                named = f"cannot include {file}: " if isinstance(file, str) else ""
                root.problem(f"{named}{error}", "sexton", "include", index)
                self.all_files = False


def _read(file: str, form: str | None) -> str:
    if form is None:
        _recognise(file)
    try:
        return read_text(file, FILE_LIMIT, trusted=True)
    except Unreadable as error:
        raise Unfit(f"cannot read it: {error}") from None


def _recognise(file: str) -> None:
    """Raises Unfit unless the file's name says that it is TOML."""
    base = os.path.basename(file)
    if base.endswith((".conf", ".ini", ".cron", ".crontab")) or base == "crontab":
        raise Unfit("only TOML files (NAME.toml) are in this version of Sexton")
    if not base.endswith(".toml"):
        raise Unfit("its name does not tell its format; name it NAME.toml, or give --format toml")


def _syntax_problem(message: str, text: str) -> tuple[int, str]:
    match = _SYNTAX.fullmatch(message)
    if match is None:
        return 0, f"this is not TOML: {message}"
    if match["line"] is None:
        return text.rstrip("\n").count("\n") + 1, f"this is not TOML: {match['what']} (at the end of the file)"
    return int(match["line"]), f"this is not TOML: {match['what']} (column {match['column']})"
