"""Health, gathered from a whole engine: what makes it unready or unwell, and what makes that pass."""

from typing import Any

from sexton.core.health import overall
from sexton.model.health import Check, Health
from sexton.model.log import Lost
from sexton.model.units import HOUR, SECOND
from tests.engine.stage import Stage, job, service
from tests.fakes import WALL


def level(stage: Stage, name: str) -> str:
    return str(check(stage, name).level)


def check(stage: Stage, name: str) -> Check:
    health = stage.control.health()
    (found,) = (check for check in (*health.ready, *health.checks) if check.name == name)
    return found


def ready(health: Health) -> str:
    return str(overall(health.ready))


def test_everything_passes_after_an_ordinary_start() -> None:
    stage = Stage(job("ingest", "0 9 * * *"), state="/state.db")
    stage.start()
    health = stage.control.health()
    assert (ready(health), overall(health.checks)) == ("pass", "pass")
    assert [check.name for check in health.checks] == ["history", "store", "relay", "job:ingest"]


def test_sexton_is_not_ready_before_the_ledger_knows_the_jobs() -> None:
    stage = Stage(job("ingest", "0 9 * * *"))
    stage.store.hold()
    stage.start()
    assert (level(stage, "recovery"), level(stage, "jobs")) == ("pass", "fail")
    stage.store.release()
    stage.loop.advance(0)
    assert level(stage, "jobs") == "pass"


def test_sexton_is_not_ready_when_it_is_stopping() -> None:
    stage = Stage(job("ingest", "0 9 * * *"))
    stage.start()
    stage.pass_time(HOUR)
    assert ready(stage.control.health()) == "pass"
    stage.stop()
    assert level(stage, "open") == "fail"


def test_a_job_is_unwell_until_a_run_of_it_succeeds() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    for code, expected in ((3, "fail"), (0, "pass")):
        stage.trigger("ingest")
        stage.end("ingest", code)
        assert level(stage, "job:ingest") == expected


def test_a_job_is_unwell_when_its_process_cannot_be_started() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.live("ingest", cannot_start="cannot start './ingest': Permission denied")
    stage.trigger("ingest")
    found = check(stage, "job:ingest")
    assert (found.level, found.output) == ("fail", "run 1 failed: cannot start './ingest': Permission denied")


def test_a_job_is_unwell_by_what_an_earlier_sexton_saw() -> None:
    stage = Stage(job("ingest"))
    stage.start()
    stage.trigger("ingest")
    stage.end("ingest", 3)
    stage.start()
    found = check(stage, "job:ingest")
    assert (found.level, found.output) == ("fail", "run 1 failed: exit code 3")


def test_the_store_is_unwell_until_a_write_succeeds() -> None:
    stage = Stage(job("ingest"), state="/state.db")
    stage.start()
    stage.store.failing = lambda change: True
    stage.trigger("ingest")
    assert (level(stage, "store"), "no space left" in check(stage, "store").output) == ("fail", True)
    stage.store.failing = lambda change: False
    stage.pass_time(SECOND)
    stage.trigger("ingest")
    assert level(stage, "store") == "pass"


def test_the_store_is_unwell_when_the_disk_stalls() -> None:
    stage = Stage(job("ingest"), state="/state.db")
    stage.start()
    stage.store.hold()
    stage.trigger("ingest")
    stage.pass_time(9 * SECOND)
    assert level(stage, "store") == "pass"
    stage.pass_time(SECOND)
    assert check(stage, "store").output == "nothing was written for 10 s"
    stage.store.release()
    stage.loop.advance(0)
    assert level(stage, "store") == "pass"
    stage.pass_time(HOUR)
    assert level(stage, "store") == "pass"


def test_a_lost_history_is_unwell() -> None:
    stage = Stage(job("ingest"))
    stage.hold = "the database is gone"
    stage.start()
    assert (level(stage, "history"), ready(stage.control.health())) == ("fail", "pass")


def test_a_service_whose_output_is_lost_is_named_in_health_and_in_its_own_view() -> None:
    stage = Stage(services=(service("web"),))
    stage.start()
    stage.logs.lost["web"] = Lost(500, WALL, "No space left on device")
    assert (level(stage, "log:web"), check(stage, "log:web").at) == ("warn", "2026-11-22T08:00:00Z")
    shown: list[Any] = []
    stage.control.services(shown.append)
    assert [view["log_lost_bytes"] for view in shown[0]] == [500]
