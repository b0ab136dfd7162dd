"""An attempt goes on where the one before it failed or died."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.steps.conducting import conduct, shell, start

WRITE = """echo w >> did; echo x > a; echo '{"files": [{"path": "a"}]}' > "$SEXTON_STEP_OUTPUT" """


def steps(second: str = "echo s >> did; test -e ok") -> tuple[dict[str, Any], ...]:
    return shell("first", WRITE), shell("second", second), shell("third", "echo t >> did")


def did(place: Path) -> str:
    return (place / "did").read_text().replace("\n", "")


def test_the_next_attempt_begins_with_the_step_that_failed(tmp_path: Path) -> None:
    failed = conduct(tmp_path, *steps())
    assert (failed.code, failed.states) == (1, {"first": "succeeded", "second": "failed"})
    (tmp_path / "ok").touch()
    done = conduct(tmp_path, *steps(), attempt=2)
    assert (done.code, did(tmp_path)) == (0, "wsst")
    assert {name: record.attempt for name, record in done.last.items()} == {"first": 1, "second": 2, "third": 2}


def test_nothing_but_the_jobs_own_folder_is_left_when_all_have_succeeded(tmp_path: Path) -> None:
    conduct(tmp_path / ".", shell("first", "true"))
    assert os.listdir(tmp_path) == ["home"]


def test_a_run_that_resumes_another_goes_on_with_what_that_has_done(tmp_path: Path) -> None:
    conduct(tmp_path, *steps())
    (tmp_path / "ok").touch()
    assert conduct(tmp_path, *steps(), run="7", resumes="1").code == 0
    assert did(tmp_path) == "wsst"


def test_another_states_run_of_the_same_number_is_no_beginning_of_this_one(tmp_path: Path) -> None:
    conduct(tmp_path, *steps())
    (tmp_path / "ok").touch()
    assert conduct(tmp_path, *steps(), instance="elsewhere").code == 0
    assert did(tmp_path) == "wswst"


def test_a_step_is_done_again_when_it_was_told_something_else(tmp_path: Path) -> None:
    conduct(tmp_path, *steps())
    (tmp_path / "ok").touch()
    changed = shell("first", WRITE + "; : changed")
    assert conduct(tmp_path, changed, *steps()[1:], attempt=2).code == 0
    assert did(tmp_path) == "wswst"


def test_a_step_stays_done_when_it_may_only_take_longer(tmp_path: Path) -> None:
    conduct(tmp_path, *steps())
    (tmp_path / "ok").touch()
    assert conduct(tmp_path, {**steps()[0], "timeout": 60_000_000}, *steps()[1:], attempt=2).code == 0
    assert did(tmp_path) == "wsst"


@pytest.mark.parametrize("harm", ["echo y >> a", "rm a", "rm a; mkdir a"])
def test_the_run_fails_when_a_file_is_not_what_was_handed_on(tmp_path: Path, harm: str) -> None:
    first, second, third = steps("kill -9 $PPID; sleep 100")
    killed = start(tmp_path, first, second, third).end()
    assert killed.code == -signal.SIGKILL
    (tmp_path / "run-1" / "02-second").rmdir()  # as if it had died right before the step began
    subprocess.run(["sh", "-c", harm], cwd=tmp_path, check=True)
    failed = conduct(tmp_path, first, second, third, attempt=2)
    assert (failed.code, failed.states["second"]) == (1, "failed")
    assert f"{tmp_path}/a" in failed.last["second"].reason
    assert "handed on" in failed.output


def test_a_step_that_had_begun_may_have_moved_what_it_was_given(tmp_path: Path) -> None:
    move = "if test -e a; then mv a b; exit 1; fi; test -e b"
    assert conduct(tmp_path, *steps(move)).code == 1
    assert conduct(tmp_path, *steps(move), attempt=2).code == 0


@pytest.mark.parametrize("last", ["first", "second", "third"])
def test_every_step_is_done_once_when_the_conductor_is_killed_right_after_one(tmp_path: Path, last: str) -> None:
    """Killed as soon as it has told that a step is done: what is told is on the disk."""
    (tmp_path / "ok").touch()
    hold = shell("hold", "test -e go || kill -9 $PPID; test -e go")
    order = {"first": 1, "second": 2, "third": 3}[last]
    all_steps = [*steps()[:order], hold, *steps()[order:]]
    killed = start(tmp_path, *all_steps).end()
    assert killed.code == -signal.SIGKILL
    assert killed.states[last] == "succeeded"
    (tmp_path / "go").touch()
    assert conduct(tmp_path, *all_steps, attempt=2).code == 0
    assert did(tmp_path) == "wst"


def test_two_runs_at_once_have_folders_of_their_own(tmp_path: Path) -> None:
    meet = 'mkdir "here-$RUN"; until test -d here-1 && test -d here-2; do :; done'
    step = [shell("meet", meet, env={"RUN": "1"})], [shell("meet", meet, env={"RUN": "2"})]
    both = [start(tmp_path, *steps, run=str(number)) for number, steps in enumerate(step, 1)]
    assert [started.end().code for started in both] == [0, 0]
