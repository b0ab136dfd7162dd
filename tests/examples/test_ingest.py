"""The example on one machine, by the real Sexton: what is loaded, flagged, delivered and put away, and that every
content is loaded once, wherever it is cut off."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.examples.example import FOLDER, HEADER, Example

Make = Callable[..., Example]
GOOD = "2016/01/01,0.0,3.3,-1.6,1.2,sun\n"
COUNTS = "SELECT (SELECT count(*) FROM weather), (SELECT count(*) FROM sexton_load)"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """make(feed=True) → the example, not started yet."""
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(Example(tmp_path, **how))


@pytest.fixture
def small(make: Make) -> Example:
    """A feed of one short file."""
    example = make(feed=False)
    example.deliver("a.csv", GOOD + "2016/01/02,,3.3,-1.6,1.2,sun\n")
    return example


def has_ingested(example: Example) -> None:
    """The next ingest that is over has succeeded, such as that which each start begins with."""
    assert example.ended("ingest")["outcome"] == "succeeded"


def test_everything_in_the_feed_is_loaded_or_flagged_and_put_away_and_the_summary_says_so(make: Make) -> None:
    example = make()
    done = example.once(**example.variables)
    assert done.returncode == 0, done.stderr
    assert "step sort (2 of 5) succeeded: 1465 rows, 29 flagged" in done.stderr
    assert example.rows("SELECT count(*), min(date), max(date) FROM weather") == [(1436, "2012-01-01", "2015-12-31")]
    assert example.rows("SELECT count(*), sum(rows) FROM sexton_load") == [(4, 1436)]
    names = [f"seattle-{year}.csv" for year in range(2012, 2016)]
    for kind in ("flagged", "backup/raw", "backup/processed", "delivered"):
        assert [Path(file).name for file in example.files(kind)] == names
    assert example.files("processed") == []
    assert "summary | Run 1 of ingest succeeded." in done.stdout
    assert "hottest   35.6 °C on 2014-08-11" in done.stdout
    assert "coldest   -7.1 °C on 2013-12-07" in done.stdout
    assert "wettest   55.9 mm on 2015-03-15" in done.stdout
    assert "flagged   29 rows" in done.stdout
    assert every_row_is_accounted_for(example) == 29


def every_row_is_accounted_for(example: Example) -> int:
    """Each flagged row stands in the feed, at its line; the number of them."""
    flagged = set()
    for path in (example.data / "flagged").rglob("*.csv"):
        for row in csv.DictReader(path.read_text().splitlines()):
            source = (example.folder / "feed" / row["file"]).read_text().splitlines()
            assert source[int(row["line"]) - 1] == row["row"]
            assert row["reason"]
            assert row["value"] in row["row"] or row["column"] in ("", "date")
            flagged.add((path, row["line"]))
    lines = sum(len(path.read_text().splitlines()) - 1 for path in (example.folder / "feed").iterdir())
    assert lines == 1436 + len(flagged)
    return len(flagged)


def test_what_is_new_is_loaded_when_the_feed_has_grown_and_what_is_not_is_not(small: Example) -> None:
    small.up()
    has_ingested(small)
    assert small.rows(COUNTS) == [(1, 1)]
    small.deliver("b.csv", "2016/02/01,0.0,3.3,-1.6,1.2,sun\n")
    small.deliver("copy.csv", (small.folder / "feed" / "a.csv").read_bytes())
    assert small.ingest().returncode == 0
    assert small.rows("SELECT name FROM sexton_load ORDER BY 1") == [("a.csv",), ("b.csv",)]
    assert small.rows("SELECT date FROM weather ORDER BY 1") == [("2016-01-01",), ("2016-02-01",)]

    small.deliver("a.csv", "2016/01/01,9.9,3.3,-1.6,1.2,rain\n")
    assert small.ingest("2025-11-23T08:00:00Z").returncode == 0
    assert small.rows("SELECT precipitation, weather FROM weather WHERE date = '2016-01-01'") == [(9.9, "rain")]
    assert "2025/11/23/a.csv" in small.files("backup/raw")
    assert (small.data / "delivered" / "a.csv").read_text().endswith("2016-01-01,9.9,3.3,-1.6,1.2,rain\n")
    assert small.stop() == 0


BAD = {
    "2016/02/30,0,1,0,1,sun": ("date", "is no date like %Y/%m/%d"),
    "2016/02/03,,1,0,1,sun": ("precipitation", "is missing"),
    "2016/02/03,-1,1,0,1,sun": ("precipitation", "is less than 0"),
    "2016/02/03,0,nan,0,1,sun": ("temp_max", "is no number"),
    "2016/02/03,0,61,0,1,sun": ("temp_max", "is more than 60"),
    "2016/02/03,0,1,0,1,hail": ("weather", "is not one of drizzle, fog, rain, snow, sun"),
    "2016/02/03,0,1,0,1": ("", "has another number of values than there are columns: 5, not 6"),
    "2016/02/02,0,1,0,1,sun": ("date", "repeats a primary key: of line 2"),
}


def test_bad_rows_are_flagged_and_their_neighbours_loaded_and_what_is_no_delivery_is_flagged_whole(make: Make) -> None:
    example = make(feed=False)
    rows = "".join(f"{row}\n" for row in BAD)
    example.deliver("a.csv", f"2016/02/02,0,1,0,1,sun\n{rows}\n2016/02/04,0,60,-60,1,sun\r\n")
    example.deliver("binary.csv", b"\x00\xff\xfe binary\n1,2\n")
    example.deliver("empty.csv", b"")
    example.deliver("other.csv", b"day,rain\n2016/01/01,3\n")
    example.up()
    has_ingested(example)
    assert example.rows("SELECT date FROM weather ORDER BY 1") == [("2016-02-02",), ("2016-02-04",)]
    (file,) = (example.data / "flagged").rglob("a.csv")
    flagged = {row["row"]: (row["column"], row["reason"]) for row in csv.DictReader(file.read_text().splitlines())}
    assert flagged == BAD
    for name in ("binary.csv", "empty.csv", "other.csv"):
        assert any((example.data / "flagged").rglob(name))
        assert any((example.data / "backup" / "raw").rglob(name))
    assert [Path(name).name for name in example.files("backup/processed")] == ["a.csv"]
    assert example.stop() == 0


@pytest.mark.parametrize("word", ["fetched", "loaded", "delivered"])
def test_each_content_is_loaded_and_put_away_once_when_everything_is_killed(small: Example, word: str) -> None:
    small.launch(env=small.variables)
    small.wait_for(rf"ingest +\| {word} ")
    small.kill()
    small.deliver("a.csv", "2016/03/01,0.0,3.3,-1.6,1.2,sun\n")  # what was fetched is not in the feed any more
    small.up()
    has_ingested(small)
    has_ingested(small)  # the one that was lost goes on, and each start has its own
    assert small.rows("SELECT date FROM weather ORDER BY 1") == [("2016-01-01",), ("2016-03-01",)]
    assert small.rows("SELECT count(*), sum(rows) FROM sexton_load") == [(2, 2)]
    assert len(small.files("backup/processed")) == 2
    assert small.files("processed") == []
    assert small.stop() == 0


def test_the_folders_have_the_local_date_of_the_fire_time(small: Example) -> None:
    small.variables["TZ"] = "Europe/Berlin"
    small.variables["FEED_DIR"] = "elsewhere"
    (small.folder / "elsewhere").mkdir()
    small.up()
    has_ingested(small)
    (small.folder / "feed" / "a.csv").rename(small.folder / "elsewhere" / "a.csv")
    assert small.ingest("2025-11-22T23:30:00Z").returncode == 0
    assert small.files("backup") == ["processed/2025/11/23/a.csv", "raw/2025/11/23/a.csv"]
    assert small.stop() == 0


def test_the_schedule_comes_from_the_environment() -> None:
    said = call("-m", "sexton", "check", "sexton.toml", env={"CRON_INGEST_SPEC": "*/5 * * * *"}).stdout
    assert "2 jobs" in said
    assert "@reboot; */5 * * * *" in said


def call(*argv: str, env: Mapping[str, str], cwd: Path = FOLDER, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *argv],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done


def test_the_summary_says_so_when_nothing_was_ever_loaded(small: Example) -> None:
    env = {"SEXTON_UPSTREAM_OUTCOME": "failed", "SEXTON_UPSTREAM_JOB": "ingest", "SEXTON_UPSTREAM_RUN_ID": "7"}
    said = call("summary.py", env=env, cwd=small.folder).stdout
    assert said.startswith("Run 7 of ingest failed.\n")
    assert "Nothing is loaded yet." in said
    assert "The end of its log" not in said
    assert not small.data.exists()


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"SUMMARY_LINES": "few"}, "SUMMARY_LINES is 'few'; a number of lines"),
        ({"SEXTON_UPSTREAM_LOG": "/no/such"}, "cannot summarise: [Errno 2] No such file"),
    ],
)
def test_a_wrong_environment_is_named(small: Example, env: dict[str, str], message: str) -> None:
    error = call("summary.py", env=env, cwd=small.folder, code=1).stderr
    assert message in error
    assert "Traceback" not in error


def test_the_schema_has_the_columns_of_the_feed() -> None:
    fields = json.loads((FOLDER / "schema.json").read_text())["fields"]
    assert ",".join(field["name"] for field in fields) + "\n" == HEADER
