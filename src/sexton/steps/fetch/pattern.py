"""Paths with `*`, `?`, `[…]` and `**`, as the shell has them, over folders of any kind.

Links are never followed, names that begin with a dot are met only by patterns that do, `**` is any number of folders.
Invariant: however deep or wide a tree is, no more than a million names are looked at.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from typing import NamedTuple

from sexton.model.units import Instant
from sexton.steps.errors import StepError
from sexton.steps.names import DEEPEST

MOST = 1_000_000
_MAGIC = re.compile(r"[*?\[]")


class Child(NamedTuple):
    """What is in a folder: `kind` is "file", "folder", or "" for links, devices and all else. The rest is as Found has
    it."""

    name: str
    kind: str
    size: int | None = None
    modified: Instant | None = None
    tag: str = ""
    changed: Instant | None = None


Children = Callable[[str], Iterator[Child]]


def split(path: str) -> tuple[str, tuple[str, ...]]:
    """The folder up to the first part with a pattern, and the parts from there on: none, if it has none."""
    parts = path.split("/")
    first = next((at for at, part in enumerate(parts) if _MAGIC.search(part)), len(parts))
    rest = tuple(part for at, part in enumerate(parts[first:]) if part != "**" or parts[first:][at - 1 : at] != ["**"])
    return "/".join(parts[:first]) or ("/" if path.startswith("/") and first else "."), rest


def matching(base: str, parts: tuple[str, ...], children: Children) -> Iterator[tuple[str, Child]]:
    """The files below `base` that the parts of a pattern lead to, each with its name from there on."""
    looked = 0

    def counted(folder: str) -> Iterator[Child]:
        nonlocal looked
        for child in children(folder):
            looked += 1
            if looked > MOST:
                raise StepError(f"cannot list {base}: more than {MOST:,} names; a narrower pattern is meant")
            yield child

    yield from _walk(base, "", tuple(map(_matcher, parts)), counted, 0)


_Matcher = Callable[[str], bool] | None


def _matcher(part: str) -> _Matcher:
    """Whether a name is meant; None: any number of folders."""
    if part == "**":
        return None
    meets = re.compile(translate(part)).match
    return lambda name: bool(meets(name)) and (part.startswith(".") or not name.startswith("."))


def _walk(
    base: str, folder: str, parts: tuple[_Matcher, ...], children: Children, depth: int
) -> Iterator[tuple[str, Child]]:
    meets, rest = parts[0], parts[1:]
    if depth > DEEPEST:
        return
    if meets is None and rest:
        yield from _walk(base, folder, rest, children, depth)
    for child in children(f"{base.rstrip('/')}/{folder}".rstrip("/") or "/"):
        if child.name.startswith(".") if meets is None else not meets(child.name):
            continue
        name = f"{folder}/{child.name}" if folder else child.name
        if child.kind == "file" and not rest:
            yield name, child
        elif child.kind == "folder" and (meets is None or rest):
            yield from _walk(base, name, parts if meets is None else rest, children, depth + 1)
