"""Sorts a text by a schema, as the step does, and has what came of it at hand."""

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

from sexton.config.steps.sort import Options
from sexton.steps.manifest import Manifest
from sexton.steps.sort import run
from tests.steps.doing import Remembering, entry, work, written

AB = [{"name": "a", "type": "integer"}, {"name": "b"}]


class Result(NamedTuple):
    """`good` are the lines of the processed file below its header, None without a file; `bad` are the lines of the
    flagged file, by its header."""

    good: list[str] | None
    bad: list[dict[str, str]]
    manifest: Manifest
    report: Remembering

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        return [(int(each["line"]), each["column"], each["reason"]) for each in self.bad]


def schema(home: Path, fields: list[dict[str, Any]], **more: Any) -> None:
    """What `sort` and `options` go by."""
    (home / "schema.json").write_text(json.dumps({"fields": fields, **more}))


def options(home: Path, **more: Any) -> Options:
    places = {name: str(home / name) for name in ("processed", "flagged")}
    return Options(**{"schema": str(home / "schema.json"), **places, **more})


def sort(home: Path, data: str | bytes, name: str = "a.csv", **more: Any) -> Result:
    """One file. A result of before is gone."""
    out = name if name.endswith(".csv") else f"{name}.csv"
    for folder in ("processed", "flagged"):
        (home / folder / out).unlink(missing_ok=True)
    report = Remembering()
    given = entry(written(home / "in" / name, data), name)
    manifest = run(options(home, **more), work(home, given, report=report))
    return Result(processed(home / "processed" / out), flagged(home / "flagged" / out), manifest, report)


def processed(path: Path) -> list[str] | None:
    return path.read_bytes().decode().removesuffix("\n").split("\n")[1:] if path.exists() else None


def flagged(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
