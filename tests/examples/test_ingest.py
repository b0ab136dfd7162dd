"""The example's scripts as real processes on a copy of their folder: what is loaded, flagged and filed, and that every
content is loaded once, wherever an ingest is cut off."""

import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ingest"
HEADER = "date,precipitation,temp_max,temp_min,wind,weather\n"
MORNING = {"SEXTON_FIRE_TIME": "2026-11-22T08:00:00Z", "SEXTON_RUN_ID": "7", "TZ": "UTC"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example that nothing was ingested in."""
    return shutil.copytree(EXAMPLE, tmp_path / "in gest", ignore=shutil.ignore_patterns("data", "__pycache__"))


@pytest.fixture
def small(folder: Path) -> Path:
    """The same with a feed of one short file."""
    shutil.rmtree(folder / "feed")
    (folder / "feed").mkdir()
    deliver(folder, "a.csv", "2016/01/01,0.0,3.3,-1.6,1.2,sun\n2016/01/02,,3.3,-1.6,1.2,sun\n")
    return folder


def deliver(folder: Path, name: str, rows: str) -> None:
    (folder / "feed" / name).write_text(HEADER + rows)


def call(folder: Path, *argv: str, env: Mapping[str, str] = MORNING, code: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **env}
    done = subprocess.run(
        [sys.executable, *argv], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def ingest(folder: Path, env: Mapping[str, str] = MORNING) -> str:
    return call(folder, "ingest.py", env=env).stdout


def ask(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "ingest.db")) as db:
        return db.execute(query).fetchall()


def files(folder: Path, kind: str) -> list[str]:
    """The files of data/KIND without the hash in their names, by their paths below it."""
    top = folder / "data" / kind
    return sorted(str(path.relative_to(top).with_suffix("").with_suffix(".csv")) for path in top.rglob("*.csv"))


def test_the_first_run_loads_and_files_away_everything_that_is_in_the_feed(folder: Path) -> None:
    said = ingest(folder)
    assert said.endswith("Done: 4 files, 1436 days loaded, 29 rows flagged.\n")
    assert ask(folder, "SELECT count(*), min(date), max(date) FROM weather") == [(1436, "2012-01-01", "2015-12-31")]
    assert ask(folder, "SELECT count(*), sum(loaded), sum(flagged), max(run_id) FROM files") == [(4, 1436, 29, "7")]
    names = [f"2026/11/22/seattle-{year}.csv" for year in range(2012, 2016)]
    assert files(folder, "processed") == files(folder, "flagged") == files(folder, "backup") == names
    assert files(folder, "incoming") == []


def test_every_row_of_the_feed_is_either_loaded_or_flagged_with_its_line(folder: Path) -> None:
    ingest(folder)
    written = [path.read_text().splitlines() for path in (folder / "data" / "flagged").rglob("*.csv")]
    flagged = [row for lines in written for row in csv.DictReader(lines)]
    for row in flagged:
        source = (folder / "feed" / row["file"]).read_text().splitlines()
        assert source[int(row["line"]) - 1] == row["row"]
        assert row["reason"]
        assert row["value"] in row["row"] or row["column"] in ("row", "date")
    lines = sum(len(path.read_text().splitlines()) - 1 for path in (folder / "feed").iterdir())
    assert lines == 1436 + len(flagged)


def test_the_second_run_says_so_when_there_is_nothing_new(folder: Path) -> None:
    ingest(folder)
    assert ingest(folder).splitlines()[1:] == ["Done: nothing new."]
    assert ask(folder, "SELECT count(*) FROM files") == [(4,)]


def test_only_the_new_file_is_loaded_when_the_feed_has_grown(small: Path) -> None:
    ingest(small)
    deliver(small, "b.csv", "2016/02/01,0.0,3.3,-1.6,1.2,sun\n")
    assert "Done: 1 files, 1 days loaded, 0 rows flagged." in ingest(small)
    assert ask(small, "SELECT name FROM files ORDER BY 1") == [("a.csv",), ("b.csv",)]


def test_a_later_delivery_under_the_same_name_corrects_the_day_and_both_are_kept(small: Path) -> None:
    ingest(small)
    deliver(small, "a.csv", "2016/01/01,9.9,3.3,-1.6,1.2,rain\n")
    ingest(small)
    assert ask(small, "SELECT precipitation, weather FROM weather") == [(9.9, "rain")]
    assert files(small, "backup") == ["2026/11/22/a.csv", "2026/11/22/a.csv"]


def test_the_same_content_loads_once_when_it_comes_under_another_name(small: Path) -> None:
    ingest(small)
    shutil.copy(small / "feed" / "a.csv", small / "feed" / "copy.csv")
    assert "nothing new" in ingest(small)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("2016/02/30,0,1,0,1,sun", "date", "is no day"),
        ("2016/02/03,,1,0,1,sun", "precipitation", "is missing"),
        ("2016/02/03,-1,1,0,1,sun", "precipitation", "not between 0 and 500"),
        ("2016/02/03,0,nan,0,1,sun", "temp_max", "is no number"),
        ("2016/02/03,0,61,0,1,sun", "temp_max", "not between -60 and 60"),
        ("2016/02/03,0,1,2,1,sun", "temp_min", "above the maximum"),
        ("2016/02/03,0,1,0,1e1,sun", "wind", "is no number"),
        ("2016/02/03,0,1,0,1,hail", "weather", "none of drizzle"),
        ("2016/02/03,0,1,0,1", "row", "not 6 columns"),
        ("2016/02/02,0,1,0,1,sun", "date", "came before"),
    ],
)
def test_a_bad_row_is_flagged_and_its_neighbours_are_loaded(small: Path, row: str, column: str, reason: str) -> None:
    deliver(small, "a.csv", f"2016/02/02,0,1,0,1,sun\n{row}\n\n2016/02/04,0,60,-60,1,sun\r\n")
    ingest(small)
    [flag] = ask(small, 'SELECT line, "column", reason, "row" FROM flagged')
    assert flag[:2] == (3, column)
    assert reason in str(flag[2])
    assert flag[3] == row
    assert ask(small, "SELECT date FROM weather ORDER BY 1") == [("2016-02-02",), ("2016-02-04",)]


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe binary\n1,2\n", b"day,rain\n2016/01/01,3\n"])
def test_a_file_that_is_no_delivery_is_flagged_as_a_whole_and_kept(small: Path, content: bytes) -> None:
    (small / "feed" / "b.csv").write_bytes(content)
    ingest(small)
    assert ask(small, "SELECT name, loaded, flagged FROM files ORDER BY 1") == [("a.csv", 1, 1), ("b.csv", 0, 1)]
    [kept] = (small / "data" / "backup").rglob("b.*.csv")
    assert kept.read_bytes() == content


# `ingest` (or its ledger) is killed in place of the named function: before, in, and after the transaction.
KILLED = "import os, ingest, ledger; {0} = lambda *a: os.kill(os.getpid(), 9); ingest.main()"


@pytest.mark.parametrize(
    "where", ["ingest.sort_rows", "ingest.load", "ledger.enter", "ingest.publish", "ingest.archive"]
)
def test_the_content_is_loaded_once_when_an_ingest_is_killed_and_run_again(small: Path, where: str) -> None:
    call(small, "-c", KILLED.format(where), code=-signal.SIGKILL)
    assert files(small, "incoming") == ["a.csv"]
    whole = where in ("ingest.publish", "ingest.archive")
    assert ask(small, "SELECT (SELECT count(*) FROM weather), (SELECT count(*) FROM files)") == [(whole, whole)]
    ingest(small, {**MORNING, "SEXTON_FIRE_TIME": "2026-11-23T08:00:00Z"})
    assert ask(small, "SELECT (SELECT count(*) FROM weather), (SELECT count(*) FROM files)") == [(1, 1)]
    day = "2026/11/22/a.csv" if whole else "2026/11/23/a.csv"  # that of the run which loaded it
    assert files(small, "processed") == files(small, "flagged") == files(small, "backup") == [day]
    assert files(small, "incoming") == []


def test_what_was_fetched_is_not_lost_when_the_feed_changes_after_a_kill(small: Path) -> None:
    call(small, "-c", KILLED.format("ingest.load"), code=-signal.SIGKILL)
    deliver(small, "a.csv", "2016/03/01,0.0,3.3,-1.6,1.2,sun\n")
    ingest(small)
    assert ask(small, "SELECT date FROM weather ORDER BY 1") == [("2016-01-01",), ("2016-03-01",)]


def test_a_copy_that_was_cut_off_is_never_taken_for_a_file(small: Path) -> None:
    half = (
        "import os, ingest; from pathlib import Path; Path.replace = lambda *a: os.kill(os.getpid(), 9); ingest.main()"
    )
    call(small, "-c", half, code=-signal.SIGKILL)
    assert files(small, "incoming") == []
    assert "Done: 1 files" in ingest(small)


def test_the_folders_have_the_local_date_of_the_fire_time(small: Path) -> None:
    ingest(small, {"SEXTON_FIRE_TIME": "2026-11-22T23:30:00Z", "TZ": "CET-1"})
    assert files(small, "backup") == ["2026/11/23/a.csv"]


@pytest.mark.parametrize(
    ("script", "env", "message"),
    [
        ("ingest.py", {"SEXTON_FIRE_TIME": "tomorrow"}, "SEXTON_FIRE_TIME is 'tomorrow'; a time such as"),
        ("ingest.py", {"FEED_DIR": "/no/such"}, "cannot fetch: there is no folder /no/such; set FEED_DIR"),
        ("summary.py", {"SUMMARY_LINES": "few"}, "SUMMARY_LINES is 'few'; a number of lines"),
        ("summary.py", {"SEXTON_UPSTREAM_LOG": "/no/such"}, "cannot summarise: [Errno 2] No such file"),
    ],
)
def test_a_wrong_environment_is_named(small: Path, script: str, env: dict[str, str], message: str) -> None:
    error = call(small, script, env=env, code=1).stderr
    assert message in error
    assert "Traceback" not in error


def test_a_place_that_cannot_be_written_is_named(small: Path) -> None:
    (small / "data").write_text("in the way")
    assert "cannot ingest: [Errno 17] File exists" in call(small, "ingest.py", code=1).stderr


def test_the_plan_is_right_and_takes_the_schedule_from_the_environment(folder: Path) -> None:
    sexton = str(Path(sys.executable).with_name("sexton"))
    said = call(folder, sexton, "check", "sexton.toml", env={"CRON_INGEST_SPEC": "*/5 * * * *"}).stdout
    assert "2 jobs" in said
    assert "@reboot; */5 * * * *" in said


def test_the_summary_tells_what_was_loaded_and_how_the_ingest_ended(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "ingest.log"
    log.write_text(ingest(folder))
    upstream = {"JOB": "ingest", "RUN_ID": "7", "OUTCOME": "succeeded", "LOG": str(log)}
    env = {f"SEXTON_UPSTREAM_{name}": value for name, value in upstream.items()}
    said = call(folder, "summary.py", env={**env, "SUMMARY_LINES": "1"}).stdout
    assert said.startswith("Run 7 of ingest succeeded.\n")
    assert "loaded    1436 days from 4 files, 2012-01-01 to 2015-12-31" in said
    assert "hottest   35.6 °C on 2014-08-11" in said
    assert "coldest   -7.1 °C on 2013-12-07" in said
    assert "wettest   55.9 mm on 2015-03-15" in said
    assert "flagged   29 rows" in said
    assert f"Where it is: {folder / 'data'}" in said
    assert [line for line in said.splitlines() if "|" in line] == [
        "  | Done: 4 files, 1436 days loaded, 29 rows flagged."
    ]
    assert ".venv/bin/sexton trigger ingest" in said


def test_the_summary_says_so_when_nothing_was_ever_loaded(folder: Path) -> None:
    said = call(folder, "summary.py", env={"SEXTON_UPSTREAM_OUTCOME": "failed", "SEXTON_UPSTREAM_JOB": "ingest"}).stdout
    assert "Nothing is loaded yet." in said
    assert not (folder / "data").exists()


def test_the_summary_leaves_out_the_log_when_it_is_started_by_hand(small: Path) -> None:
    ingest(small)
    assert "The end of its log" not in call(small, "summary.py", env={}).stdout
