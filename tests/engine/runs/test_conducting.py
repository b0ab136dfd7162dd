"""Runs of jobs that have steps: what the conductor is told, what it reports, and what is recorded of it."""

import json
import os
from typing import Any

import pytest

from sexton.engine.runs.conducting import _apart
from sexton.model.handover import CLOSED
from sexton.model.job import Job, OnLost, Retry
from sexton.model.ledger import Steps
from sexton.model.step import Progress, Step, StepRecord, StepState
from sexton.model.units import DAY, SECOND
from sexton.wire.step_record import spelled
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job

STEPS = tuple(Step(name, "", json.dumps({"name": name, "command": [name]})) for name in ("one", "two"))
ONE = StepRecord(1, "one", 1, 1000)
TWO = StepRecord(2, "two", 1, 3000)
DONE = ONE._replace(state=StepState.SUCCEEDED, ended=2000, exit_code=0)


def ingest(schedule: str | None = "@reboot", **keys: Any) -> Job:
    return job("ingest", schedule, steps=STEPS, **keys)


def report(stage: Stage, *records: StepRecord, raw: bytes = b"") -> None:
    """The newest conductor says so."""
    pipe = stage.spawner.reporting[max(stage.spawner.reporting)]
    os.write(pipe, raw + b"".join(spelled(record).encode() + b"\n" for record in records))


def recorded(ledger: Ledger, run: int = 1) -> list[tuple[str, str, int, str]]:
    return [(step.name, step.state, step.attempt, step.reason) for step in ledger.look(Steps(run))]  # type: ignore[attr-defined]


def test_the_conductor_is_told_the_run_and_its_steps(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    (order,) = stage.spawner.conducted
    told = {name: order[name] for name in ("job", "run", "attempt", "fence", "resumes", "zone")}
    assert told == {"job": "ingest", "run": "1", "attempt": 1, "fence": 1, "resumes": "", "zone": "UTC"}
    assert [step["command"] for step in order["steps"]] == [["one"], ["two"]]


def test_the_conductor_finds_what_python_goes_by_as_sexton_did_and_is_told_what_commands_shall_find() -> None:
    ours = {"PYTHONPATH": "/opt/sexton", "PYTHONUTF8": "1", "TZ": "UTC"}
    theirs = {"PYTHONPATH": "app", "PYTHONHOME": "/x", "PYTHONUTF8": "1", "TZ": "UTC", "MODE": "fast"}
    found, told = _apart(ours, theirs)
    assert found == {"PYTHONPATH": "/opt/sexton", "PYTHONUTF8": "1", "TZ": "UTC", "MODE": "fast"}
    assert told == {"PYTHONPATH": "app", "PYTHONHOME": "/x", "PYTHONUTF8": "1"}


def test_what_was_reported_is_recorded_with_the_end(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    report(stage, ONE, DONE, TWO, TWO._replace(state=StepState.FAILED, ended=4000, exit_code=1, reason="no rows"))
    stage.end("ingest", code=1)
    assert recorded(ledger) == [("one", "succeeded", 1, ""), ("two", "failed", 1, "no rows")]
    (row,) = stage.rows("ingest")
    assert row.reason == "step two: no rows"


def test_a_step_that_went_on_has_failed_when_its_conductor_was_killed(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    report(stage, ONE)
    stage.end("ingest", code=137)
    assert recorded(ledger) == [("one", "failed", 1, "")]


def test_each_attempt_has_its_record_of_a_step(ledger: Ledger) -> None:
    stage = Stage(ingest(retry=Retry(attempts=2, delay=SECOND)), ledger=ledger)
    stage.start()
    report(stage, DONE, TWO._replace(state=StepState.FAILED, ended=4000))
    stage.end("ingest", code=1)
    stage.pass_time(SECOND)
    report(stage, DONE, TWO._replace(attempt=2, state=StepState.SUCCEEDED, ended=5000))
    stage.end("ingest")
    names = [(name, state, attempt) for name, state, attempt, _ in recorded(ledger)]
    assert names == [("one", "succeeded", 1), ("two", "failed", 1), ("two", "succeeded", 2)]
    assert stage.outcomes("ingest") == ["succeeded"]


def test_what_is_no_report_is_dropped(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    beyond = spelled(ONE._replace(number=3)).encode() + b"\n"
    report(stage, DONE, raw=b"nonsense\n{}\n[]\n\xff\n" + beyond)
    stage.end("ingest")
    assert recorded(ledger) == [("one", "succeeded", 1, "")]
    assert stage.logs.errors() == []


def test_a_line_that_is_too_long_is_dropped_and_the_next_is_heard(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    for _ in range(40):
        report(stage, raw=b"x" * 4096)
        stage.pass_time(SECOND)
    report(stage, DONE, raw=b"\n")
    stage.end("ingest")
    assert recorded(ledger) == [("one", "succeeded", 1, "")]


@pytest.mark.parametrize("cut", [0, 20])
def test_reports_go_on_over_a_reexec(ledger: Ledger, cut: int) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    line = spelled(TWO._replace(state=StepState.SUCCEEDED, ended=4000)).encode() + b"\n"
    report(stage, DONE)
    report(stage, raw=line[:cut])
    stage.pass_time(SECOND)
    stage.reexec()
    report(stage, raw=line[cut:])
    stage.end("ingest")
    assert [name for name, *_ in recorded(ledger)] == ["one", "two"]


def test_progress_is_an_event_and_no_line_of_the_log(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    for done in range(3):
        report(stage, ONE._replace(progress=Progress(done, 10, "rows")))
        stage.pass_time(SECOND)
    assert stage.logs.noted == [
        "ingest: run 1: step one: 1 of 10 rows"
    ]  # the first began the step, the third is too soon
    assert sum("step one" in said for _, said in stage.logs.said) == 1


def test_a_rerun_of_what_was_lost_resumes_it(ledger: Ledger) -> None:
    stage = Stage(ingest("@daily", on_lost=OnLost.RERUN), ledger=ledger)
    stage.start()
    stage.trigger("ingest")
    stage.stop()
    again = Stage(ingest("@daily", on_lost=OnLost.RERUN), ledger=ledger)
    again.start()
    assert [order["resumes"] for order in again.spawner.conducted] == ["1"]


def test_a_lost_run_has_the_steps_that_it_left(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    stage.change(ingest("@daily"))
    stage.spawner.left = [DONE, TWO._replace(state=StepState.LOST)]
    stage.start()
    stage.pass_time(10 * SECOND)
    assert recorded(ledger) == [("one", "succeeded", 1, ""), ("two", "lost", 1, "")]
    assert [(os.path.basename(folder), owner) for folder, owner, _ in stage.spawner.looked] == [("run-1", "state\n1\n")]


def test_the_pipe_is_closed_with_the_run(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    (entry,) = stage.engine.world.runs
    assert entry.steps is not None
    pipe = entry.steps.pipe
    stage.end("ingest")
    assert entry.steps.pipe == CLOSED
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(pipe)


def test_folders_of_steps_are_pruned_with_history_but_for_those_in_use(ledger: Ledger) -> None:
    stage = Stage(ingest(), ledger=ledger)
    stage.start()
    stage.pass_time(DAY)
    folder, before, spare = stage.spawner.pruned[-1]
    assert (os.path.basename(folder), spare) == ("steps", ["ingest/run-1"])
    assert before < stage.loop.clock.now().wall - DAY
