"""The end of a text, as it may be shown: the last lines that are not empty, and no more than there is room for."""

from sexton.wire.clean import strip

LIMIT = 60_000  # characters in one mail: readers of mail cut longer ones off
_LONGEST_LINE = 2_000


def last_lines(text: str, lines: int, limit: int, *, blank: bool = False) -> str:
    """Of a text of any kind, as it may be shown: without control sequences, long lines cut, at most `limit` characters
    in whole lines from the end; `blank`: with those that are empty."""
    kept: list[str] = []
    room = limit
    for line in reversed(strip(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")):
        if not line.strip() and not (blank and (kept or line)):
            continue
        line = line.rstrip().encode("utf-8", "replace").decode()
        line = line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
        room -= len(line) + 1
        if len(kept) == lines or room < 0:
            break
        kept.append(line)
    return "\n".join(reversed(kept))
