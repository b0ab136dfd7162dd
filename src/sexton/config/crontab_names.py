"""Names for the jobs of crontabs, whose lines have none: the command's base name and a checksum of user and command.

So a name stays when lines move, and a job keeps its history; only a line whose command changes becomes another job.
"""

import re
from zlib import crc32

_ASSIGNMENT = re.compile(r"""[ \t]*[A-Za-z_][A-Za-z0-9_]*=(?:"[^"]*"|'[^']*'|[^\s"'])*[ \t]+""")
_WORD = re.compile(r"(?:[^\s;|&<>()%\\]|\\.)+")  # an unescaped % ends the command: standard input follows
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 40


class Names:
    """Gives each line a name of its own: of those with the same user and command the second gets `-2`, and so on."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def give(self, user: str, command: str) -> str:
        checksum = crc32("\0".join((user, command)).encode())
        name = f"{base_name(command)}-{checksum:08x}"
        seen = self._seen[name] = self._seen.get(name, 0) + 1
        return name if seen == 1 else f"{name}-{seen}"


def base_name(command: str) -> str:
    """The program that a shell command begins with, without its folder, in characters that a job's name may have."""
    place = 0
    while before := _ASSIGNMENT.match(command, place):  # no `*+` of them all: Python 3.11.2 reads that wrongly
        place = before.end()
    word = _WORD.search(command, place)
    base = word.group().strip("\"'").rpartition("/")[2] if word else ""
    return _UNFIT.sub("", base).lstrip("._-")[:_LONGEST] or "job"
