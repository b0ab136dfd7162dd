"""A step `fetch` in tests: its options with what is long made short, and one run after the other."""

from pathlib import Path
from typing import Any

from sexton.config.steps.fetch import Options
from sexton.model.units import SECOND
from sexton.steps import fetch
from sexton.steps.manifest import Manifest
from sexton.steps.work import Work
from tests.steps.doing import Remembering, work


def options(place: Path, *addresses: str, **more: Any) -> Options:
    """Into `place`/into; files count as whole at once."""
    told: dict[str, Any] = {"stable": 1, "wait": SECOND, "deadline": 30 * SECOND, **more}
    return Options(addresses or (str(place / "out"),), str(place / "into"), **told)


def fetched(given: Options, of: Work) -> Manifest:
    """What a run hands on that succeeds with all its steps."""
    manifest = fetch.run(given, of)
    fetch.settle(given, of)
    return manifest


def names(manifest: Manifest) -> list[str]:
    return [entry.name for entry in manifest.files]


def counted(given: Options, place: Path, run: str) -> dict[str, int]:
    """The counts of a run that succeeds."""
    report = Remembering()
    fetched(given, work(place, run=run, report=report))
    return report.counts
