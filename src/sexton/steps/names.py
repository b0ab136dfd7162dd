"""What files may be called below a folder of ours, when others chose the name.

Pure: nothing here looks at a disk. Invariant: a name without a `fault` leads to a place below the folder that it is
taken in, can be shown on one line of a terminal, and leaves room for a number (see `numbered`).
"""

import unicodedata

LONGEST_PART = 240  # bytes; Linux has 255, of which `numbered` may want some
LONGEST = 1024
DEEPEST = 16  # folders
OWN = ".sexton-"  # what files begin with that are not whole yet

_UNSHOWABLE = {"Cc", "Cs", "Zl", "Zp"}  # control characters, bytes that are no text, separators of lines
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # would show the rest of a line back to front
_SQUEEZED = (".gz", ".bz2", ".xz")


def fault(name: str) -> str | None:
    """What is wrong with a name from outside, in words; None: it may be used."""
    parts = name.split("/")
    if not name or name.startswith("/") or "\\" in name:
        return "it is no relative name"
    if any(part in ("", ".", "..") for part in parts):
        return "it leads out of the folder, or nowhere"
    if any(unicodedata.category(char) in _UNSHOWABLE or char in _TURNING for char in name):
        return "it has control characters, or bytes that are no UTF-8"
    if len(parts) > DEEPEST or len(name.encode()) > LONGEST or any(len(p.encode()) > LONGEST_PART for p in parts):
        return "it is too long"
    return "it is Sexton's own" if any(part.startswith(OWN) for part in parts) else None


def numbered(name: str, number: int) -> str:
    """The name of the `number`-th file that would be called `name`: `a.csv`, `a-2.csv`, `a-3.csv` …"""
    if number == 1:
        return name
    folder, slash, last = name.rpartition("/")
    stem, end = _split(last)
    return f"{folder}{slash}{stem}-{number}{end}"


def unpacked(name: str) -> str:
    """What is left of an archive's name without what makes it one: `in/feed.tar.gz` → `in/feed`."""
    for end in _SQUEEZED:
        name = name.removesuffix(end)
    for end in (".tar", ".zip", ".tgz", ".tbz2", ".txz"):
        name = name.removesuffix(end)
    return name


def shown(name: str) -> str:
    """Any name, on one line and not too long, for a message."""
    return ascii(name[:200])[1:-1] + "…" if len(name) > 200 else ascii(name)[1:-1] if fault(name) else name


def _split(last: str) -> tuple[str, str]:
    """A name and its endings: `("a", ".csv.gz")`."""
    squeezed = next((end for end in _SQUEEZED if last.endswith(end) and len(last) > len(end)), "")
    rest = last.removesuffix(squeezed)
    dot = rest.rfind(".")
    return (rest[:dot], rest[dot:] + squeezed) if dot > 0 else (rest, squeezed)
