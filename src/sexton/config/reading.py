"""The named files and all that they include → one root table per file, in reading order, references replaced.

Each file is read once, however often it is named, and goes through its own front door; what comes out looks as if it
had been TOML. A file that includes itself, by whatever way round, is reported.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sexton.config.doors import Door, door_of
from sexton.config.expand import Expander
from sexton.config.files import FILE_LIMIT, Unreadable, read_text, why_doubtful
from sexton.config.page import Page
from sexton.config.report import Path, Report
from sexton.config.table import Table, pending
from sexton.config.values import Unfit, found, name
from sexton.config.where import Where

if TYPE_CHECKING:
    from sexton.config.crontab_names import Names

_DEEPEST = 16  # includes within includes


class Reading(NamedTuple):
    """The root tables of all files that could be read, the pages they were made of, and whether these are `all_files`,
    each of them whole."""

    roots: list[Table]
    pages: list[Page]
    all_files: bool


def read_files(names: Sequence[str], expander: Expander, report: Report, form: str | None = None) -> Reading:
    """Read the named files and all that they include; whatever cannot be read is reported. `form` is the format of
    the named ones, whatever their names say."""
    reader = _Reader(expander, report)
    for each in names:
        try:
            reader.read_all(each, form)
        except (Unfit, OSError) as error:  # OSError: the folder that we are in has gone
            report.problem(each, 0, str(error))
            reader.all_files = False
    return Reading(reader.roots, reader.pages, reader.all_files)


class _Reader:
    def __init__(self, expander: Expander, report: Report) -> None:
        self.roots: list[Table] = []
        self.pages: list[Page] = []
        self.all_files = True
        self._expander = expander
        self._report = report
        self._read: set[str] = set()  # real paths
        self._names: Names | None = None  # of the jobs in all crontabs together

    def read_all(self, name: str, form: str | None) -> None:
        """Read a file, or all crontabs of a folder. The folder is one of the plan's files itself: it may have no
        crontab yet. Raises Unfit, OSError."""
        if not os.path.isdir(name):
            self.read(name, (), form)
            return
        from sexton.config.folders import crontabs_in

        files = crontabs_in(name)
        self._report.opened(name)
        nothing = Page({}, Where(""))
        self.roots.append(Table({}, name, nothing.places, self._report))
        self.pages.append(nothing)
        for file in files:
            self.read(file, (), form)

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
        door = Door(form) if form else door_of(file)
        text = _read(file)
        self._report.opened(file)
        if doubt := why_doubtful(os.stat(file), os.geteuid(), os.getuid()):
            self._report.warning(file, 0, doubt)
        try:
            page = self._page(text, door, file)
            root = self._root(file, page)
        except RecursionError:
            self._report.problem(file, 0, "lists or tables nest too deep; put fewer within each other")
            self.all_files = False
            return
        if root is not None:
            self.roots.append(root)
            self.pages.append(page)
            self._include(root, (*trail, file))

    def _root(self, file: str, page: Page) -> Table | None:
        self._say(file, page)
        if page.data is None:
            return None
        data = self._expanded(page.data, (), Table({}, file, page.places, self._report))
        return Table(data, file, page.places, self._report)

    def _page(self, text: str, door: Door, file: str) -> Page:
        if door is Door.TOML:
            from sexton.config.native import parse_toml

            return parse_toml(text)
        if door is Door.SUPERVISORD:
            from sexton.config.supervisord.door import parse_supervisord

            return parse_supervisord(text, file, self._expander)
        from sexton.config.crontab import parse_crontab
        from sexton.config.crontab_names import Names
        from sexton.config.folders import owner_by_name

        self._names = self._names or Names()
        return parse_crontab(text, self._names, with_users=door is Door.CRON_D, owner=owner_by_name(file) or "")

    def _say(self, file: str, page: Page) -> None:
        for line, message, where in page.problems:
            self._report.problem(where or file, line, message)
            self.all_files = False
        for line, message, where in page.warnings:
            self._report.warning(where or file, line, message)

    def _expanded(self, value: Any, path: Path, root: Table) -> Any:
        if isinstance(value, dict):
            return {key: self._expanded(item, (*path, key), root) for key, item in value.items()}
        if isinstance(value, list):
            return [self._expanded(item, (*path, index), root) for index, item in enumerate(value)]
        return self._expanded_text(value, root.at({}, *path)) if isinstance(value, str) else value

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


def _read(file: str) -> str:
    try:
        return read_text(file, FILE_LIMIT, trusted=True)
    except Unreadable as error:
        raise Unfit(f"cannot read it: {error}") from None
