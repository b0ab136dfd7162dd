"""Paths with patterns, against what bash makes of them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.steps.errors import StepError
from sexton.steps.fetch import pattern
from sexton.steps.fetch.local import Folder
from sexton.steps.fetch.pattern import Child, matching, split
from tests.steps.doing import written

NAMES = [
    "a.csv",
    "b.csv",
    "b.txt",
    ".c.csv",
    "x/a.csv",
    "x/y/a.csv",
    "x/y/z/b.csv",
    "x.d/a.csv",
    ".h/a.csv",
    "[a]",
    "x/.y/a",
]


@pytest.mark.parametrize(
    "wanted",
    ["*", "*.csv", "?.csv", "[ab].csv", "[!a].*", ".*.csv", "*/a.csv", "x*/*.csv", "**", "**/*.csv", "x/**",
     "**/y/**/*.csv", "**/**/a.csv", "x/y/a.csv", "[[]a]", ".h/*", "*/y/*"],
)  # fmt: skip
def test_a_pattern_means_what_it_means_to_the_shell(tmp_path: Path, wanted: str) -> None:
    for name in NAMES:
        written(tmp_path / name, name)
    script = f'shopt -s globstar nullglob; for f in {wanted}; do [ -f "$f" ] && echo "$f"; done; true'
    shell = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    meant = shell.stdout.split()
    found = [os.path.relpath(each.address, tmp_path) for each in Folder(f"{tmp_path}/{wanted}", []).list()]
    assert sorted(set(found)) == sorted(meant)


@pytest.mark.parametrize(
    ("path", "parts"),
    [("/a/b", ("/a/b", ())), ("a/*/b", ("a", ("*", "b"))), ("*", (".", ("*",))), ("/*", ("/", ("*",))),
     ("a/**/**/b?", ("a", ("**", "b?")))],
)  # fmt: skip
def test_a_path_is_split_where_its_pattern_begins(path: str, parts: tuple[str, tuple[str, ...]]) -> None:
    assert split(path) == parts


def test_no_more_names_are_looked_at_than_bounds_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern, "MOST", 100)

    def endless(folder: str) -> Iterator[Child]:
        return (Child(f"{number}", "file") for number in range(10**9))

    with pytest.raises(StepError, match="a narrower pattern is meant"):
        list(matching("/", ("x",), endless))


def test_no_tree_is_too_deep(tmp_path: Path) -> None:
    def itself(folder: str) -> Iterator[Child]:
        return iter([Child("d", "folder"), Child("f", "file")])

    assert len(list(matching("/", ("**",), itself))) == 17
