"""What supervisor does not know and ignores: Sexton's keys in its sections, and sections of Sexton's own.

Values are written as in TOML, or as bare words; commas separate the words of keys that take lists of names, and of no
others. What the tables mean is the readers' to say, as for TOML.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sexton.config.supervisord.expansions import carried
from sexton.config.supervisord.keys import name_of
from sexton.config.values import Unfit, shown

if TYPE_CHECKING:
    from sexton.config.report import Path
    from sexton.config.supervisord.sections import Conf, Keys

_LISTS = frozenset({"after", "depends_on", "env_file", "secrets", "include", "hosts", "mailto"})
_TEXTS = frozenset({"command", "schedule"})  # bare whatever they begin with, unless they are a list
_SECTIONS = {"job": "jobs", "sink": "sinks", "pool": "pools"}


def own_tables(conf: Conf, keys_of: Any) -> dict[str, dict[str, Any]]:
    """`[job:…]`, `[sink:…]`, `[pool:…]`, `[sexton]` and `[secrets]` as TOML has them; `keys_of` opens a section."""
    tables: dict[str, dict[str, Any]] = {}
    for kind, table in _SECTIONS.items():
        for section in conf.sections(kind):
            keys = keys_of(section)
            path: Path = (table, name_of(section))
            keys.note(path)
            tables.setdefault(table, {})[name_of(section)] = own_keys(keys, keys.only(()), path)
    for section in ("sexton", "secrets"):
        if section in conf.ini.sections:
            keys = keys_of(section)
            keys.note((section,))
            tables[section] = own_keys(keys, keys.only(()), (section,))
    if "secrets" in tables:  # names of a person's own: as they are written
        written = conf.ini.sections["secrets"]
        tables["secrets"] = {written[key].written: value for key, value in tables["secrets"].items()}
    return tables


def own_keys(keys: Keys, names: Iterable[str], path: Path) -> dict[str, Any]:
    """The values of such keys of a section, for the table at `path`."""
    found: dict[str, Any] = {}
    for name in names:
        keys.note((*path, name), name)
        try:
            found[name] = value = _value(name, held := keys.held(name))
            if isinstance(value, dict):
                keys.conf.places.note_written((*path, name), held)
        except Unfit as error:
            keys.problem(name, str(error))
    return found


def _value(key: str, text: str) -> Any:
    if key in _TEXTS and not _looks_like_a_list(text):
        return carried(text)
    if text[:1] in ("[", "{", '"', "'"):
        return _carried(_toml(text))
    if key in _LISTS:
        return [carried(each.strip()) for each in text.split(",") if each.strip()]
    return _bare(text)


def _looks_like_a_list(text: str) -> bool:
    """`["./x", "--all"]`, but not the test of a shell, `[ -f x ]`."""
    return text[:1] == "[" and text.rstrip()[-1:] == "]" and text[1:].lstrip()[:1] in ('"', "'")


def _toml(text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(f"value = {' '.join(text.splitlines())}")["value"]
    except ValueError as error:
        raise Unfit(f"{shown(text)} is no TOML value: {error}") from None


def _bare(text: str) -> Any:
    from sexton.config.pairs import PLAIN

    return _toml(text) if PLAIN.fullmatch(text) else carried(text)


def _carried(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _carried(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_carried(item) for item in value]
    return carried(value) if isinstance(value, str) else value
