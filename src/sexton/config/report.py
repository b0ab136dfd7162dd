"""Everything found wrong with a configuration, collected while reading goes on.

Each key is faulted at most once: what is said first is closest to the cause. Problems come out by file, in the
order in which the files were opened, then by line.
"""

from sexton.model.errors import ConfigError, Problem

Path = tuple[str | int, ...]  # where a value stands: ("jobs", "mail", "after", 0, "on")


class Report:
    """Collects problems (they stop the start) and warnings (they do not)."""

    __slots__ = ("_faulted", "_order", "_problems", "_warnings")

    def __init__(self) -> None:
        self._order: dict[str, int] = {}
        self._faulted: set[tuple[str, Path]] = set()
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []

    def opened(self, file: str) -> None:
        """Fix the file's place in the order of the report."""
        self._order.setdefault(file, len(self._order))

    def problem(self, file: str, line: int, message: str, key: Path | None = None) -> None:
        """Note what is wrong at `file:line` (line 0: with the file as a whole), once per `key`."""
        if key is not None:
            if (file, key) in self._faulted:
                return
            self._faulted.add((file, key))
        self.opened(file)
        self._problems.append(Problem(file, line, message))

    def faulted(self, length: int) -> set[Path]:
        """The beginnings, `length` long, of the places at or below which something is wrong."""
        return {key[:length] for _, key in self._faulted}

    def warning(self, file: str, line: int, message: str) -> None:
        self.opened(file)
        self._warnings.append(Problem(file, line, message))

    def warnings(self) -> tuple[str, ...]:
        """Each once: what a crontab's line says of many jobs is one thing to know."""
        return tuple(dict.fromkeys(str(warning) for warning in self._sorted(self._warnings)))

    def raise_problems(self) -> None:
        """Raise ConfigError with every problem, when there is one."""
        if self._problems:
            raise ConfigError(self._sorted(self._problems))

    def _sorted(self, found: list[Problem]) -> list[Problem]:
        return sorted(found, key=lambda problem: (self._order[problem.file], problem.line))
