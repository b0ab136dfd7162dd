"""All files of a plan → the tables of one TOML file that means the same, references as they are written.

Nothing here knows what keys mean, but for paths, which count from the file that names them, and tokens, which are left
out: the tables are those that the front doors gave, less what says what holds anyway (needless.py). No secret is read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from sexton.config.expand import literal
from sexton.config.listeners import is_word
from sexton.config.load import Loaded
from sexton.config.needless import drop_needless
from sexton.config.page import Page
from sexton.config.table import Table

_TOKENS = ("token", "read_token")
_PATHS = ("log_dir", "socket", "token_file", "read_token_file")
_STATE = "sqlite:///"
_URL = "SUPERVISOR_SERVER_URL"

Path = tuple[str, ...]


class Merged(NamedTuple):
    """`remarks` are what a reader of the tables should know, by the table's path; those of () come first."""

    tables: dict[str, Any]
    remarks: dict[Path, list[str]]


def merge(loaded: Loaded) -> Merged:
    """The tables of all files, in reading order."""
    merged = Merged({}, {(): [f"warning: {warning}" for warning in loaded.plan.warnings]})
    main = os.path.dirname(loaded.plan.files[0])
    for root, page in zip(loaded.roots, loaded.pages, strict=True):
        folder = os.path.dirname(os.path.abspath(root.file))
        moved = None if folder == main else folder
        for section, table in (page.data or {}).items():
            into = merged.tables.setdefault(section, {})
            for key, value in table.items():
                _Carrier(root, page, moved, merged).carry(into, section, key, value)
        for lost in page.lost:
            merged.remarks[()].append(f"not carried over: {lost}")
    for root in loaded.roots:
        drop_needless(root, merged.tables, loaded.plan.settings.timezone)
    return Merged({section: table for section, table in merged.tables.items() if table}, merged.remarks)


class _Carrier:
    """Carries what one file says into the tables; `moved` is its folder when that is another than the main file's."""

    def __init__(self, root: Table, page: Page, moved: str | None, merged: Merged) -> None:
        self._root = root
        self._page = page
        self._moved = moved
        self._remarks = merged.remarks

    def carry(self, into: dict[str, Any], section: str, key: str, value: Any) -> None:
        if section == "sexton":
            self._carry_setting(into, key, value)
        elif section == "secrets" and "file" in value:
            into[key] = value | {"file": self._path(value["file"])}
        elif isinstance(value, dict) and isinstance(value.get("env"), dict):
            into[key] = value | {"env": self._env((section, key, "env"), value["env"])}
        else:
            into[key] = dict(value) if isinstance(value, dict) else value
        if section == "listeners":
            self._drop_server(into[key], (section, key))
        if section == "jobs" and not self._root.file.endswith(".toml"):
            self._remark((section, key), f"{self._root.file}, line {self._page.places.line((section, key))}")

    def _carry_setting(self, into: dict[str, Any], key: str, value: Any) -> None:
        if key == "include":
            return
        if key in _TOKENS and not value.startswith("secret:"):
            self._remark((), f"`{key}` of {self._root.file} is left out, for a token is a secret; set `{key}_file`")
        elif key in _PATHS:
            into[key] = self._path(value)
        elif key == "state" and value.startswith(_STATE) and not value.startswith(f"{_STATE}/"):
            into[key] = _STATE + self._path(value.removeprefix(_STATE))
        else:
            into[key] = value

    def _path(self, value: str) -> str:
        """A path counts from the file that names it, and that is now another."""
        if self._moved is None or value.startswith("/"):
            return value
        if value.startswith("$"):
            self._remark((), f"`{value}` counted from {self._moved} where it is no whole path; now from here")
            return value
        return os.path.join(literal(self._moved), value)

    def _env(self, path: Path, env: Mapping[str, Any]) -> dict[str, str]:
        """Numbers and booleans go into the environment as they are written, and so as strings from now on. Where
        clients of a supervisord.conf find us is not carried over, and so is the variable that says it."""
        written = self._page.places.written
        stale = self._page.supervisord and self._page.supervisord.url
        return {
            name: each if isinstance(each, str) else written((*path, name))
            for name, each in env.items()
            if not (stale and name == _URL and each == literal(stale))
        }

    def _drop_server(self, listener: dict[str, Any], path: Path) -> None:
        """An `identifier` of supervisord may be any text; here it is a word of each event's header."""
        if not is_word(listener.get("server", "sexton")):
            self._remark(path, f"`server` is left out: {listener.pop('server')!r} is no single word")

    def _remark(self, path: Path, said: str) -> None:
        self._remarks.setdefault(path, []).append(said)
