"""What Sexton says of runs, a sentence a fact."""

import pytest

from sexton.engine.tell import rounded
from sexton.model.job import CatchUp
from sexton.model.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND
from tests.engine.stage import Stage, job


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (1, "0ms"),
        (254 * MILLISECOND, "254ms"),
        (1_299 * MILLISECOND, "1.2s"),
        (MINUTE + 700 * MILLISECOND, "1m"),
        (90 * SECOND, "1m30s"),
        (DAY, "1d"),
    ],
)
def test_a_length_is_rounded_for_people(length: int, text: str) -> None:
    assert rounded(length) == text


def said(stage: Stage) -> list[tuple[str, str]]:
    return [line for line in stage.logs.said if line[1].startswith("ingest")]


def going(**keys: object) -> Stage:
    stage = Stage(job("ingest", **keys))  # type: ignore[arg-type]
    stage.start()
    stage.trigger("ingest")
    stage.pass_time(2 * SECOND)
    return stage


def test_start_and_success_are_told() -> None:
    stage = going()
    stage.end("ingest")
    assert said(stage) == [("info", "ingest: run 1 started"), ("info", "ingest: run 1 succeeded after 2s")]


def test_a_failure_is_a_warning_with_its_reason() -> None:
    stage = going()
    stage.end("ingest", 3)
    assert said(stage)[-1] == ("warning", "ingest: run 1 failed after 2s: exit code 3")


def test_what_a_full_disk_cost_is_told() -> None:
    stage = going()
    next(iter(stage.logs.opened.values())).lost = 512
    stage.end("ingest")
    assert said(stage)[-1][1].endswith("; 512 bytes of its output were not kept")


def test_a_cancelled_run_is_told_with_the_reason_of_its_stop() -> None:
    stage = going()
    stage.cancel(1)
    assert said(stage)[1:] == [
        ("warning", "ingest: run 1 is being stopped: cancelled by hand"),
        ("warning", "ingest: run 1 was cancelled after 2s: cancelled by hand"),
    ]


def test_a_timeout_is_told() -> None:
    stage = going(timeout=2 * SECOND)
    assert said(stage)[1:] == [
        ("warning", "ingest: run 1 is being stopped: its timeout is over"),
        ("warning", "ingest: run 1 timed out after 2s: ran longer than its timeout"),
    ]


def test_a_skipped_fire_time_is_told() -> None:
    stage = Stage(job("ingest", "0 * * * *"))
    stage.start()
    stage.pass_time(2 * HOUR)
    assert said(stage)[-1] == ("warning", "ingest: skipped 2026-11-22T10:00:00Z: run 1 was still going")


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (1, "missed 2026-11-22T09:00:00Z"),
        (3, "missed 3 fire times (2026-11-22T09:00:00Z to 2026-11-22T11:00:00Z)"),
    ],
)
def test_missed_fire_times_are_told_with_their_number(hours: int, told: str) -> None:
    stage = Stage(job("ingest", "0 * * * *", catch_up=CatchUp.NONE, grace=0))
    stage.start()
    stage.stop()
    stage.clock.advance(hours * HOUR + MINUTE)
    stage.start()
    assert said(stage) == [("warning", f"ingest: {told}: Sexton was not there to start it in time")]
