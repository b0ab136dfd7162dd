"""The start of a job's steps: their folder, their order, and what of them is removed in time."""

import json
import os
import sys
from pathlib import Path

import pytest

from sexton.model.errors import SpawnError
from sexton.model.process import Process, User
from sexton.spawn.conducting import make_place, order_text, remove_before
from sexton.spawn.spawner import Spawner

TRUE = Process(("true",))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_folder_of_a_jobs_steps_is_its_owners_alone(tmp_path: Path) -> None:
    place = tmp_path / "steps/ingest"
    make_place(str(place), TRUE)
    make_place(str(place), TRUE)
    assert (mode(place), mode(place.parent)) == (0o700, 0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_another_user_has_the_folder_and_passes_through_those_above(tmp_path: Path) -> None:
    place = tmp_path / "state/steps/ingest"
    make_place(str(place), TRUE._replace(user=User("someone", 12345, 12346, ())))
    assert (place.stat().st_uid, place.stat().st_gid, mode(place)) == (12345, 12346, 0o700)
    assert mode(place.parent) == 0o711
    assert mode(place.parent.parent) & 0o011 == 0o011


def test_a_place_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "steps").write_text("")
    with pytest.raises(SpawnError, match="cannot make the folder of its steps"):
        make_place(str(tmp_path / "steps/ingest"), TRUE)


def test_secrets_are_in_the_order() -> None:
    text = order_text({"job": "ingest"}, ["pw"], {"pw": "hush"}.__getitem__)
    assert json.loads(text) == {"job": "ingest", "secrets": {"pw": "hush"}}


def test_a_conductor_reads_its_order_and_has_a_pipe_to_report_on(tmp_path: Path) -> None:
    code = "import os, sys; os.write(int(os.environ['SEXTON_STEP_REPORT']), sys.stdin.buffer.read()); print('done')"
    process = Process((sys.executable, "-c", code), cwd="/")
    order = {"place": str(tmp_path / "steps/x")}
    child = Spawner().conduct(process, dict(os.environ), order, ())
    os.waitpid(child.pid, 0)
    assert child.report is not None
    assert json.loads(os.read(child.report, 1000)) == {**order, "secrets": {}}
    assert os.read(child.output, 100) == b"done\n"
    assert os.read(child.report, 100) == b""  # nobody else has the end that writes
    os.close(child.report)
    os.close(child.output)


def test_a_secret_that_was_not_read_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(SpawnError, match="were not read"):
        Spawner().conduct(TRUE, {}, {"place": str(tmp_path / "x")}, ("pw",))


def test_what_old_runs_have_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a/run-1", "a/run-2", "a/run-3", "a/home", "b/run-4"):
        (tmp_path / name / "01-fetch").mkdir(parents=True)
        os.utime(tmp_path / name, (1000, 1000 if name != "a/run-2" else 9000))
    (tmp_path / "a/run-file").write_text("")
    (tmp_path / "a/run-link").symlink_to(tmp_path / "a/home")
    assert remove_before(str(tmp_path), 5000, ["a/run-3"]) == 2
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("*/*"))
    assert left == ["a/home", "a/run-2", "a/run-3", "a/run-file", "a/run-link"]


def test_no_folder_at_all_has_nothing_to_remove(tmp_path: Path) -> None:
    assert remove_before(str(tmp_path / "none"), 5000, []) == 0
