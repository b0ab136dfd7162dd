"""Jobs that run when files appear: real folders, a loop and clocks of the tests' own."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sexton.engine.runs.arrivals import Arrivals
from sexton.model.job import OnFile
from sexton.model.units import HOUR, SECOND
from tests.engine.stage import Stage, job


class Landing:
    """A Sexton that watches `folder` for `*.csv`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stage = Stage(job("load", on=OnFile(str(folder), "*.csv")), job("bystander"))
        self.stage.clock.wall = time.time_ns() // 1000 - HOUR  # files have the time of the machine: later than ours
        self.stage.live("load", lasts=SECOND)

    def begin(self) -> "Landing":
        self.stage.start()
        if self.stage.engine.arrivals is not None:  # it looks in a thread, and so at no moment that is known
            self.stage.engine.arrivals.close()
        self.stage.engine.arrivals = Arrivals(self.stage.engine, aside=lambda work: work())
        self.notice()
        return self

    def notice(self, lasting: int = SECOND // 2) -> None:
        """What the kernel has told is read, and some time passes."""
        assert self.stage.engine.arrivals is not None
        self.stage.loop.advance(0)
        self.stage.engine.arrivals._told()
        self.stage.loop.advance(lasting)

    def files(self) -> list[str]:
        """Which file each started run was told of."""
        return [Path(env["SEXTON_EVENT_FILE"]).name for env in self.stage.spawner.started]


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    landing = Landing(tmp_path / "in")
    yield landing
    if landing.stage.engine.arrivals is not None:
        landing.stage.engine.arrivals.close()


def test_a_file_that_was_written_calls_for_a_run(landing: Landing) -> None:
    landing.folder.mkdir()
    landing.begin()
    (landing.folder / "a.csv").write_text("1")
    landing.notice()
    assert landing.files() == ["a.csv"]
    (row,) = landing.stage.rows()
    assert row.slot.startswith("event:file:*.csv:2")


def test_a_file_that_was_moved_in_calls_for_a_run(landing: Landing, tmp_path: Path) -> None:
    landing.folder.mkdir()
    (tmp_path / "part").write_text("1")
    landing.begin()
    (tmp_path / "part").rename(landing.folder / "b.csv")
    landing.notice()
    assert landing.files() == ["b.csv"]


def test_other_files_folders_and_files_being_written_call_for_none(landing: Landing) -> None:
    landing.folder.mkdir()
    landing.begin()
    (landing.folder / "a.txt").write_text("1")
    (landing.folder / "folder.csv").mkdir()
    with (landing.folder / "slow.csv").open("w") as slow:
        slow.write("half")
        slow.flush()
        landing.notice()
        assert landing.files() == []
    landing.notice()
    assert landing.files() == ["slow.csv"]


def test_a_flood_of_files_leads_to_one_run_after_another(landing: Landing) -> None:
    landing.folder.mkdir()
    landing.begin()
    for number in range(2000):
        (landing.folder / f"{number}.csv").write_text("")
    landing.notice()
    assert len(landing.files()) == 1
    (landing.folder / "late.csv").write_text("")
    landing.notice(10 * SECOND)
    assert landing.files() == ["0.csv", "late.csv"]
    assert landing.stage.outcomes("load") == ["succeeded"] * 2


def test_files_that_were_there_before_call_for_one_run(landing: Landing) -> None:
    landing.folder.mkdir()
    (landing.folder / "a.csv").write_text("")
    (landing.folder / "b.csv").write_text("")
    landing.begin()
    landing.notice(10 * SECOND)
    assert landing.stage.outcomes("load") == ["succeeded"]


def test_a_folder_is_waited_for_when_it_is_not_there_and_after_it_was_removed(landing: Landing) -> None:
    landing.begin()
    for number in range(2):
        landing.folder.mkdir()
        (landing.folder / f"{number}.csv").write_text("")  # perhaps before the folder is watched
        landing.notice(10 * SECOND)
        landing.notice(10 * SECOND)
        (landing.folder / f"{number}.csv").unlink()
        landing.folder.rmdir()
        landing.notice()
    assert sorted(set(landing.files())) == ["0.csv", "1.csv"]


def test_what_appears_for_a_paused_job_is_skipped_with_a_row(landing: Landing) -> None:
    landing.folder.mkdir()
    landing.begin()
    landing.stage.world.off.add(("job", "load"))
    (landing.folder / "a.csv").write_text("")
    landing.notice()
    assert landing.files() == []
    assert [(row.outcome, row.reason) for row in landing.stage.rows()] == [("skipped", "the job is paused")]


def test_nothing_is_called_for_while_sexton_stops(landing: Landing) -> None:
    landing.folder.mkdir()
    landing.begin()
    landing.stage.engine.shutdown.begin("test")
    (landing.folder / "a.csv").write_text("")
    landing.notice()
    assert landing.stage.rows() == []


def test_nothing_is_watched_while_the_state_is_on_hold(landing: Landing) -> None:
    landing.folder.mkdir()
    landing.begin()
    landing.stage.world.hold = "the state was lost"
    landing.stage.engine.watch_for_files()  # as a reload does
    assert landing.stage.engine.arrivals is None
