"""What is measured sorts rightly, and both do."""

import sys
from pathlib import Path

import pytest

from benchmarks.sort import SORTERS, sort, write, write_schema


@pytest.mark.parametrize(("bad", "good"), [(0, 1000), (10, 900)])
def test_both_find_the_same_rows_good(tmp_path: Path, bad: int, good: int) -> None:
    write(tmp_path / "a.csv", 1000, bad)
    write_schema(tmp_path / "schema.json", ["id"])

    found = {name: sort(Path(sys.executable), name, tmp_path) for name in SORTERS}

    assert [each["good"] for each in found.values()] == [good, good]
    assert all(each["seconds"] > 0 and each["peak"] > 0 for each in found.values())
