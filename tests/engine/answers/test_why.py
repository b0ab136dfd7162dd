"""Why a job ran, or did not, as the running Sexton knows it."""

from typing import Any

import pytest

from sexton.model.errors import Refused
from sexton.model.plan import Keep
from sexton.model.units import HOUR, MINUTE
from tests.engine.ledgers import NaiveLedger, RealLedger
from tests.engine.runs.test_scheduler import stopped_for
from tests.engine.stage import Stage, job
from tests.engine.test_control import asked, refused, staged


def why(stage: Stage, at: str, name: str = "ingest") -> Any:
    return asked(stage, "why", name, at)


def standing(stage: Stage, at: str, name: str = "ingest") -> tuple[str, int | None]:
    view = why(stage, at, name)["standing"]
    return view["word"], view["run"] and view["run"]["id"]


def test_a_run_is_shown_while_it_goes_and_when_it_has_ended() -> None:
    stage = staged()
    assert standing(stage, "2026-11-22T09:00") == ("to_come", None)
    stage.pass_time(HOUR)
    assert standing(stage, "2026-11-22T09:00") == ("has_run", 1)
    assert why(stage, "2026-11-22T09:00")["standing"]["run"]["state"] == "running"
    stage.end("ingest")
    view = why(stage, "2026-11-22T09:00")
    assert (view["fires"], view["standing"]["run"]["outcome"]) == (True, "succeeded")


def test_a_time_between_fire_times_is_none_and_one_before_the_job_was_never_owed() -> None:
    stage = staged()
    stage.pass_time(HOUR)
    assert standing(stage, "2026-11-22T08:30") == ("no_fire_time", None)
    assert standing(stage, "2026-11-21T09:00") == ("not_owed", None)


@pytest.mark.parametrize("ledger", [RealLedger, NaiveLedger])
def test_a_missed_range_answers_for_each_of_its_fire_times(ledger: type[RealLedger] | type[NaiveLedger]) -> None:
    ledger_ = ledger()
    stage = Stage(job("poll", "*/10 * * * *"), ledger=ledger_)
    stage.start()
    stopped_for(stage, HOUR + MINUTE)
    assert standing(stage, "2026-11-22T08:30", "poll")[0] == "in_range"
    assert "fire times from 2026-11-22T08:10:00Z" in why(stage, "2026-11-22T08:30", "poll")["standing"]["message"]
    assert standing(stage, "2026-11-22T09:00", "poll")[0] == "has_run"
    ledger_.close()


def test_a_paused_job_says_what_will_become_of_it() -> None:
    stage = staged()
    asked(stage, "pause", "ingest", True)
    assert "paused" in why(stage, "2026-11-22T09:00")["standing"]["message"]
    stage.pass_time(HOUR)
    assert why(stage, "2026-11-22T09:00")["standing"]["run"]["outcome"] == "skipped"


def test_what_waits_for_room_says_so() -> None:
    stage = Stage(job("a", "0 9 * * *"), job("b", "0 9 * * *"), max_parallel=1)
    stage.start()
    stage.pass_time(HOUR)
    words = {standing(stage, "2026-11-22T09:00", name)[0] for name in ("a", "b")}
    assert words == {"has_run", "waiting"}


def test_a_job_without_a_schedule_says_what_starts_it() -> None:
    view = why(staged(), "2026-11-22T09:00", "mail")
    assert (view["rules"], view["notes"]) == ([], ["it has no schedule: it runs after ingest"])
    assert view["standing"]["word"] == "no_fire_time"


def test_what_cannot_be_asked_is_refused() -> None:
    stage = staged()
    assert refused(why(stage, "2026-11-22T09:00", "nobody")) == "not_found"
    assert refused(why(stage, "soon")) == "invalid"
    assert isinstance(why(stage, "2026-13-01"), Refused)


def test_old_rows_that_were_kept_no_longer_are_said_to_be_gone() -> None:
    stage = staged(keep=Keep(runs=HOUR))
    stage.pass_time(2 * HOUR)
    assert standing(stage, "2026-11-20T09:00")[0] == "forgotten"
