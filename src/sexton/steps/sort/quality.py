"""How good the rows were: how many, how many flagged, and for which reasons in which columns."""

from collections import Counter
from collections.abc import Iterable

from sexton.steps.sort.faults import Fault

_SHOWN = 30  # reasons of a summary


class Quality:
    """Of one file, or of several together. There are no more reasons than the schema has rules."""

    def __init__(self) -> None:
        self.rows = 0
        self.flagged = 0
        self._reasons: Counter[tuple[str, str]] = Counter()

    @property
    def good(self) -> int:
        return self.rows - self.flagged

    def flag(self, faults: Iterable[Fault], rows: int = 1) -> None:
        self.flagged += rows
        self._reasons.update(list(dict.fromkeys((fault.column, fault.reason) for fault in faults)))

    def add(self, other: "Quality") -> None:
        self.rows += other.rows
        self.flagged += other.flagged
        self._reasons.update(other._reasons)

    def exceeds(self, most: str) -> bool:
        """Whether more are flagged than `most` allows: a number of rows, or a share of all such as 5%."""
        if not most:
            return False
        if most.endswith("%"):
            return self.flagged * 100 > float(most[:-1]) * self.rows
        return self.flagged > int(most)

    @property
    def share(self) -> str:
        """How many of its rows are flagged, and as a percentage."""
        return f"{self.flagged} of {self.rows}, {self.flagged * 100 / max(1, self.rows):.1f}%"

    def __str__(self) -> str:
        return f"{_number(self.rows, 'row')}, {self.flagged} flagged"

    def summary(self) -> str:
        """The most frequent reasons, a line each."""
        lines = [str(self)]
        for (column, reason), times in self._reasons.most_common(_SHOWN):
            lines.append(f"{times} × {column} {reason}" if column else f"{times} × {reason}")
        if len(self._reasons) > _SHOWN:
            lines.append(f"and {_number(len(self._reasons) - _SHOWN, 'reason')} more")
        return "\n".join(lines)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
