"""The step as a whole: what goes where, when nothing goes on, and what is left when it dies."""

import json
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sexton.steps.drafts import Drafts
from sexton.steps.errors import Misconfigured, StepError
from sexton.steps.ledgers import ledger
from sexton.steps.manifest import Manifest
from sexton.steps.parts import Parts
from sexton.steps.sort import run
from tests.steps.doing import Remembering, entry, tree, work, written
from tests.steps.dying import dies_at
from tests.steps.sort.sorting import AB, flagged, options, schema, sort

GOOD = "a,b\n1,x\n"
MIXED = "a,b\n1,x\ny,x\n2,y\n"


@pytest.fixture(autouse=True)
def ab(tmp_path: Path) -> None:
    schema(tmp_path, AB)


def test_files_are_handed_on_as_they_lie_there(tmp_path: Path) -> None:
    one = entry(written(tmp_path / "in/a.csv", GOOD))
    two = entry(written(tmp_path / "in/b.csv", MIXED), "feed/b.csv")

    manifest = run(options(tmp_path), work(tmp_path, one, two))

    assert tree(tmp_path / "processed") == {"a.csv": b"a,b\n1,x\n", "feed/b.csv": b"a,b\n1,x\n2,y\n"}
    assert [each._replace(rows=None) for each in manifest.files] == [
        entry(tmp_path / "processed" / name, name) for name in ("a.csv", "feed/b.csv")
    ]
    assert [each.rows for each in manifest.files] == [1, 2]
    assert [(each["file"], each["row"]) for each in flagged(tmp_path / "flagged/feed/b.csv")] == [("feed/b.csv", "y,x")]
    assert list(tree(tmp_path / "flagged")) == ["feed/b.csv"]


def test_quality_is_told_by_column_and_reason(tmp_path: Path) -> None:
    result = sort(tmp_path, "a,b\n1,x\ny,x\nz,x\n1\n")

    assert result.report.counts == {"rows": 4, "flagged": 3}
    assert result.report.summaries["quality"].split("\n") == [
        "4 rows, 3 flagged",
        "2 × a is no integer",
        "1 × has another number of values than there are columns",
    ]
    assert result.report.done is not None
    assert result.report.done[0] == result.report.done[1]


def test_every_reason_of_a_row_is_told_and_the_row_once(tmp_path: Path) -> None:
    schema(tmp_path, [*AB, {"name": "c", "constraints": {"required": True}}])

    result = sort(tmp_path, "a,b,c\nx,,\n")

    assert [(each["column"], each["reason"], each["row"]) for each in result.bad] == [
        ("a", "is no integer", "x,,"),
        ("c", "is missing", ""),
    ]


@pytest.mark.parametrize(("most", "fails"), [("1", False), ("0", True), ("34%", False), ("33.3%", True), ("0%", True)])
def test_nothing_goes_on_when_more_is_flagged_than_may_be(tmp_path: Path, most: str, fails: bool) -> None:
    given = entry(written(tmp_path / "in/a.csv", MIXED))
    report = Remembering()
    if fails:
        with pytest.raises(StepError, match=f"3 rows, 1 flagged, and max_flagged is {most}"):
            run(options(tmp_path, max_flagged=most), work(tmp_path, given, report=report))
    else:
        run(options(tmp_path, max_flagged=most), work(tmp_path, given, report=report))

    assert len(tree(tmp_path / "processed")) == (0 if fails else 1)
    assert len(flagged(tmp_path / "flagged/a.csv")) == 1
    assert report.counts == {"rows": 3, "flagged": 1}


def test_the_worst_files_are_named_when_too_much_is_flagged(tmp_path: Path) -> None:
    schema(tmp_path, [*AB])
    bad = {"good": 0, "one": 1, "two": 2, "three": 3, "four": 4}
    given = [
        entry(written(tmp_path / f"in/{name}.csv", "a,b\n" + "1,x\n" * (4 - count) + "x,x\n" * count))
        for name, count in bad.items()
    ]
    with pytest.raises(StepError) as told:
        run(options(tmp_path, max_flagged="5%"), work(tmp_path, *given))
    assert str(told.value).startswith(
        "cannot go on: 20 rows, 10 flagged, and max_flagged is 5%; flagged in four.csv (4 of 4, 100.0%), "
        "three.csv (3 of 4, 75.0%), two.csv (2 of 4, 50.0%) and 1 more; see /"
    )


def test_a_file_of_another_content_is_not_written_over(tmp_path: Path) -> None:
    written(tmp_path / "processed/a.csv", "of yesterday")
    given = entry(written(tmp_path / "in/a.csv", GOOD))

    handed = run(options(tmp_path), work(tmp_path, given))

    assert tree(tmp_path / "processed") == {"a.csv": b"of yesterday", "a-2.csv": b"a,b\n1,x\n"}
    assert handed.files[0].name == "a-2.csv"


def test_files_can_be_named_instead_of_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "feed/deep/b.csv", "c.txt"):
        written(tmp_path / "in" / name, GOOD)

    run(options(tmp_path, from_=("in/**/*.csv", "in/c.txt")), work(tmp_path))

    assert list(tree(tmp_path / "processed")) == ["a.csv", "c.txt.csv", "feed/deep/b.csv"]
    assert run(options(tmp_path, from_=("in/*.none",)), work(tmp_path)) == Manifest()


def test_a_pattern_below_a_folder_that_is_not_there_is_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StepError, match=r"cannot sort: No such file or directory \(.*/inn\)"):
        run(options(tmp_path, from_=("inn/*.csv",)), work(tmp_path))


@pytest.mark.parametrize("rows", ["a,b\n1,x\n", "a,b\n2,y\n"], ids=["same", "other"])
def test_two_files_of_one_name_get_numbers(tmp_path: Path, rows: str) -> None:
    contents = {"one/a.txt": "a,b\n1,x\nbad,x\n", "two/a.txt": rows + "bad,y\n", "three/a.txt.csv": "a,b\n3,z\n"}
    given = [entry(written(tmp_path / name, content)) for name, content in contents.items()]

    handed = run(options(tmp_path), work(tmp_path, *given))

    assert [each.name for each in handed.files] == ["a.txt.csv", "a.txt-2.csv", "a.txt-3.csv"]
    assert [each.rows for each in handed.files] == [1, 1, 1]
    assert tree(tmp_path / "processed") == {
        "a.txt.csv": b"a,b\n1,x\n", "a.txt-2.csv": rows.encode(), "a.txt-3.csv": b"a,b\n3,z\n"
    }  # fmt: skip
    assert list(tree(tmp_path / "flagged")) == ["a.txt-2.csv", "a.txt.csv"]


def test_no_two_files_take_one_place_when_names_are_taken_already(tmp_path: Path) -> None:
    written(tmp_path / "processed/a.csv", "of yesterday")
    given = [entry(written(tmp_path / folder / "a.csv", GOOD)) for folder in ("one", "two")]

    handed = run(options(tmp_path), work(tmp_path, *given))

    assert [each.name for each in handed.files] == ["a-2.csv", "a-2-2.csv"]


def test_a_file_that_is_named_twice_is_sorted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "in/a.csv", GOOD)

    handed = run(options(tmp_path, from_=("in/a.csv", "in/*.csv")), work(tmp_path))

    assert [(each.name, each.rows) for each in handed.files] == [("a.csv", 1)]


def test_a_file_that_is_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    given = entry(written(tmp_path / "in/a.csv", GOOD))
    (tmp_path / "in/a.csv").unlink()

    with pytest.raises(StepError, match=r"cannot sort: No such file or directory \(.*/in/a.csv\)"):
        run(options(tmp_path), work(tmp_path, given))


def test_a_schema_that_cannot_be_held_to_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    schema(tmp_path, [{"name": "a", "type": "date", "format": "any"}])
    with pytest.raises(Misconfigured, match=r"the field 'a' has the format 'any'.*schema.json"):
        sort(tmp_path, GOOD)

    schema(tmp_path, AB)
    with pytest.raises(Misconfigured, match="are the same folder"):
        sort(tmp_path, GOOD, processed=str(tmp_path / "flagged"))


def test_a_step_that_is_killed_anywhere_ends_well_at_the_next_attempt(tmp_path: Path) -> None:
    for point in count(1):
        home = tmp_path / str(point)
        home.mkdir()
        schema(home, AB, primaryKey="a")
        given = [entry(written(home / "in" / name, MIXED)) for name in ("a.csv", "b.csv")]
        died = dies_at(point, lambda: run(options(home), work(home, *given)))  # noqa: B023 - done at once

        manifest = run(options(home), work(home, *given))

        assert list(tree(home / "processed")) == list(tree(home / "flagged")) == ["a.csv", "b.csv"]
        assert [each.rows for each in manifest.files] == [2, 2]
        if not died:
            break
    assert point > 20


def test_another_that_writes_to_the_same_folder_keeps_its_drafts(tmp_path: Path) -> None:
    given = entry(written(tmp_path / "in/a.csv", GOOD))
    with (
        ledger(str(tmp_path), "sort", "") as db,
        closing(Parts(db, str(tmp_path), "1")) as parts,
        Drafts(parts, str(tmp_path / "processed")) as drafts,
    ):
        draft = drafts.begin("b.csv")
        assert not dies_at(10**6, lambda: run(options(tmp_path), work(tmp_path, given)))
        draft.write("of another")
        draft.finish()
        draft.publish(0)

    assert tree(tmp_path / "processed") == {"a.csv": GOOD.encode(), "b.csv": b"of another"}


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    schema(tmp_path, [{"name": "n", "type": "integer"}, {"name": "s"}], primaryKey="n")
    few, many = (_memory(tmp_path, rows) for rows in (20_000, 200_000))

    assert many - few < 9_000, (few, many)


def _memory(home: Path, rows: int) -> int:
    """Kilobytes of a process that sorts so many rows, the input in its files rather than in it."""
    written(home / "in/a.csv", "n,s\n" + "".join(f"{n * 7919 % 10_000_019},value {n}\n" for n in range(rows)))
    child: dict[str, Any] = json.loads(
        subprocess.run(
            [sys.executable, "-m", "tests.steps.sort.weigh", home], capture_output=True, check=True, text=True
        ).stdout.splitlines()[-1]
    )
    assert child["rows"] == rows
    return int(child["kilobytes"])
