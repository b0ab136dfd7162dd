"""Values → a TOML 1.0 document that a person may like to read. The way back is tomllib's.

Each table of tables gets headers; what is below those stands on one line while it fits in the width, and a table that
does not gets a header of its own. Invariant: tomllib reads from it what was written, in the same order.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

WIDTH = 100

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DELETE = "\x7f"

Path = tuple[str, ...]


def document(tables: Mapping[str, Any], remarks: Mapping[Path, Iterable[str]]) -> Iterator[str]:
    """The lines of a document. `remarks` stand as comments above the headers of their tables, by path; those of the
    path () at the top."""
    yield from map(_comment, remarks.get((), ()))
    plain, below = _parted(tables, least=0)
    yield from plain
    for key, table in below.items():
        yield from _table((key,), table, remarks)


def _table(path: Path, table: Mapping[str, Any], remarks: Mapping[Path, Iterable[str]]) -> Iterator[str]:
    """One table: two levels have headers, whatever is deeper only when it does not fit."""
    plain, below = _parted(table, least=len(path) - 1)
    if plain or not below or path in remarks:
        yield ""
        yield from map(_comment, remarks.get(path, ()))
        yield f"[{'.'.join(map(_key, path))}]"
        yield from plain
    for key, inner in below.items():
        yield from _table((*path, key), inner, remarks)


def _parted(table: Mapping[str, Any], least: int) -> tuple[list[str], dict[str, Mapping[str, Any]]]:
    """The lines of what stands in the table itself, and the tables that get headers; with `least` 0 those are all."""
    plain: list[str] = []
    below: dict[str, Mapping[str, Any]] = {}
    for key, value in table.items():
        line = f"{_key(key)} = {value_text(value)}"
        if isinstance(value, Mapping) and (least == 0 or len(line) > WIDTH):
            below[key] = value
        elif isinstance(value, list) and len(line) > WIDTH:
            plain += [f"{_key(key)} = [", *(f"    {value_text(item)}," for item in value), "]"]
        else:
            plain.append(line)
    return plain, below


def value_text(value: Any) -> str:
    """One value on one line. Raises TypeError for what TOML has no word for."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {value_text(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise TypeError(f"TOML has no word for {value!r}")


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _basic(key)


def _string(text: str) -> str:
    """Single quotes where that saves escapes, double ones else."""
    if ('"' in text or "\\" in text) and "'" not in text and not _CONTROL.search(text):
        return f"'{text}'"
    return _basic(text)


def _basic(text: str) -> str:
    """JSON's escapes are TOML's too, but that TOML escapes one character more."""
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, "\\u007f")


def _comment(text: str) -> str:
    return f"# {_CONTROL.sub(' ', text)}".rstrip()
