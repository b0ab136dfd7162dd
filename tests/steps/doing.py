"""What a step is given in tests: a Work in folders of their own, and a Report that remembers."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from sexton.steps.manifest import Entry, Manifest
from sexton.steps.work import Work


class Remembering:
    """Implements Report."""

    def __init__(self) -> None:
        self.done: tuple[int, int | None, str] | None = None
        self.counts: dict[str, int] = {}
        self.summaries: dict[str, str] = {}

    def progress(self, done: int, total: int | None, unit: str) -> None:
        self.done = (done, total, unit)

    def count(self, **counts: int) -> None:
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def summary(self, name: str, text: str) -> None:
        self.summaries[name] = text


def work(place: Path, *files: Entry, run: str = "1", step: str = "01-step", report: Remembering | None = None) -> Work:
    """A Work in `place`, which other runs share, with `files` handed on."""
    home, folder = place / "home", place / f"run-{run}" / step
    for each in (home, folder):
        each.mkdir(parents=True, exist_ok=True)
    moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
    return Work(Manifest(files), str(folder), str(home), moment, report or Remembering(), job="j", run=run)


def entry(path: Path, name: str | None = None) -> Entry:
    """A file as it would be handed on."""
    content = path.read_bytes()
    return Entry(str(path), name or path.name, len(content), hashlib.sha256(content).hexdigest())


def written(path: Path, content: str | bytes) -> Path:
    """`path`, with content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, by its name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
