"""Files that appear start a real job: while Sexton lives, after it was away, and in a flood."""

from collections.abc import Callable

from tests.acceptance.daemon import Daemon
from tests.acceptance.jobs import job

LOAD = 'echo "got $(basename $SEXTON_EVENT_FILE)"; mkdir -p done; mv in/*.csv done/'


def test_a_file_that_appears_is_loaded_at_once_and_after_sexton_was_away(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", LOAD, on={"file": "in/*.csv"}))
    folder = daemon.home / "in"
    daemon.start(cwd=daemon.home)
    daemon.wait_for("there is no folder .*/in; waiting for it")
    folder.mkdir()
    (folder / "first.csv").write_text("1")
    daemon.wait_for(r"\| got first.csv")
    daemon.wait_for("load: run .* succeeded")
    daemon.kill()
    (folder / "second.csv").write_text("2")
    daemon.start(cwd=daemon.home)
    daemon.wait_for(r"\| got second.csv")
    daemon.wait_for("load: run .* succeeded")
    assert daemon.cli("reload").returncode == 0
    (folder / "third.csv").write_text("3")
    daemon.wait_for(r"\| got third.csv")
    daemon.wait_for("load: run .* succeeded")
    assert sorted(path.name for path in (daemon.home / "done").iterdir()) == ["first.csv", "second.csv", "third.csv"]
    assert [run["outcome"] for run in daemon.runs("load")] == ["succeeded"] * 3
    assert daemon.stop() == 0


def test_a_flood_of_files_is_taken_in_few_runs_and_none_is_left(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", LOAD, on={"file": "in/*.csv"}))
    folder = daemon.home / "in"
    folder.mkdir()
    daemon.start(cwd=daemon.home)
    for number in range(3000):
        (folder / f"{number}.csv").touch()
    while list(folder.iterdir()):
        daemon.wait_for("load: run .* (succeeded|failed)")
    assert len(list((daemon.home / "done").iterdir())) == 3000
    assert len(daemon.runs("load")) < 100
    assert daemon.stop() == 0
