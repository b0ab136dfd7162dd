"""Where the keys of one file stand, found when the first of them is asked for: a file without fault never is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sexton.config.report import Path

if TYPE_CHECKING:
    from sexton.config.lines import Places


class Where:
    """The places of `text`, which tomllib must have accepted."""

    __slots__ = ("_places", "_text", "owner")

    lenient = False  # whether names are another's choice, and what only one process lacks stops no others

    def __init__(self, text: str) -> None:
        self.owner: tuple[int, int] | None = None  # user and group whom Sexton will run as; None: as it does now
        self._text = text
        self._places: Places | None = None

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest table around it that has one; 0 when nothing of it was written."""
        return self._found().line(path)

    def called(self, path: Path) -> Path | str:
        """What of `path` a message begins with: a path, or words of its own."""
        return path

    def file(self, path: Path) -> str | None:
        """The file in which `path` stands, when that is another than the one that was named."""
        return None

    def written(self, path: Path) -> str:
        """The number, boolean or date at `path` as it was written."""
        return self._found().written[path]

    def _found(self) -> Places:
        if self._places is None:
            from sexton.config.lines import scan

            self._places = scan(self._text)
        return self._places
