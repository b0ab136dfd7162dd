"""From one image of Sexton to the next: the engine goes on as if nothing had been."""

import pytest

from sexton.engine.services.entry import ServiceEntry
from sexton.engine.tables import JobEntry, RunEntry
from sexton.model.handover import JobLeft, RunLeft, ServiceLeft
from sexton.model.job import CatchUp, Retry
from sexton.model.ledger import Claim, End
from sexton.model.service import Budget
from sexton.model.units import HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job, service

KILL = 9


def test_a_run_goes_on_and_its_end_is_recorded_once(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "@reboot"), job("next", after={"ingest": "any"}), ledger=ledger)
    stage.start()
    stage.reexec()
    stage.reexec()
    assert stage.started() == ["ingest"]
    stage.end("ingest", code=3)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.exit_code) == ("failed", 3)
    assert row.log is not None
    assert stage.started() == ["ingest", "next"]
    assert stage.logs.errors() == []


def test_an_exit_between_the_images_is_recorded_as_it_was(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "@reboot"), services=(service("web", start_seconds=SECOND),), ledger=ledger)
    stage.start()
    stage.pass_time(SECOND)
    web = stage.spawner.pids("web")

    def end_both() -> None:
        stage.end("ingest", code=3)
        stage.end("web", code=4)

    stage.reexec(between=end_both)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.exit_code) == ("failed", 3)
    assert stage.states() == {"web": "starting"}  # the replacement, at once
    assert stage.spawner.pids("web") != web
    assert sorted(stage.started()) == ["ingest", "web", "web"]


def test_a_service_keeps_its_process_and_its_start_is_not_counted_anew(ledger: Ledger) -> None:
    stage = Stage(services=(service("web", start_seconds=10 * SECOND), service("front", "web")), ledger=ledger)
    stage.start()
    stage.pass_time(6 * SECOND)
    stage.reexec()
    assert stage.states() == {"web": "starting", "front": "waiting"}
    stage.pass_time(4 * SECOND)
    assert stage.states() == {"web": "running", "front": "starting"}
    assert len(stage.spawner.pids("web")) == 1


def test_a_budget_counts_the_processes_of_the_images_before(ledger: Ledger) -> None:
    stage = Stage(services=(service("web", budget=Budget(2, HOUR), start_seconds=SECOND),), ledger=ledger)
    stage.start()
    for _ in range(2):
        stage.pass_time(2 * SECOND)
        stage.end("web", code=1)
        stage.reexec()
    stage.pass_time(2 * SECOND)
    stage.end("web", code=1)
    assert stage.states() == {"web": "fatal"}


def test_a_backoff_ends_when_it_would_have(ledger: Ledger) -> None:
    stage = Stage(services=(service("web", start_seconds=10 * SECOND),), ledger=ledger)
    stage.start()
    stage.end("web", code=1)
    stage.reexec()
    stage.pass_time(SECOND - 1)
    assert stage.states() == {"web": "backoff"}
    stage.pass_time(1)
    assert stage.states() == {"web": "starting"}


@pytest.mark.parametrize("before", [0, 1], ids=["before it lingers", "while it lingers"])
def test_a_stop_in_progress_keeps_its_deadline(ledger: Ledger, before: int) -> None:
    stage = Stage(job("ingest", "@reboot", stop=10 * SECOND), ledger=ledger)
    stage.live("ingest", stubborn=True, leaves=bool(before))
    stage.start()
    stage.cancel(1)
    if before:
        stage.end("ingest")
    stage.pass_time(4 * SECOND)
    stage.reexec()
    stage.pass_time(6 * SECOND - 1)
    assert stage.outcomes("ingest") == ["claimed"]
    stage.pass_time(1)
    assert stage.outcomes("ingest") == ["cancelled"]
    assert ("ingest", KILL) in stage.spawner.signals


def test_a_timeout_counts_from_the_start_of_the_process(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "@reboot", timeout=MINUTE), ledger=ledger)
    stage.start()
    stage.pass_time(50 * SECOND)
    stage.reexec()
    stage.pass_time(10 * SECOND)
    assert stage.outcomes("ingest") == ["timeout"]


def test_fire_times_are_found_due_afterwards_and_none_runs_twice(ledger: Ledger) -> None:
    stage = Stage(job("tick", "* * * * *"), ledger=ledger)
    stage.live("tick", lasts=SECOND)
    stage.start()
    stage.pass_time(2 * MINUTE + 2 * SECOND)
    stage.reexec(between=lambda: stage.clock.advance(MINUTE))
    stage.pass_time(MINUTE)
    assert len(stage.started("tick")) == len(set(stage.started("tick"))) == len(stage.rows("tick"))
    assert {row.outcome for row in stage.rows("tick")} == {"succeeded"}
    assert len(stage.rows("tick")) >= 3


def test_what_waits_for_room_is_still_wanted_and_is_no_misfire(ledger: Ledger) -> None:
    """Decided to run before, it runs, however long it has to wait; also what was asked for by hand."""
    stage = Stage(
        job("long", "@reboot"),
        job("soon", "* * * * *", grace=SECOND, catch_up=CatchUp.NONE),
        job("wish"),
        ledger=ledger,
        max_parallel=1,
    )
    stage.start()
    stage.pass_time(MINUTE)
    stage.trigger("wish")
    stage.reexec()
    stage.pass_time(10 * MINUTE)
    stage.reexec()
    assert stage.started() == ["long"]
    stage.live("soon", lasts=SECOND)
    stage.live("wish", lasts=SECOND)
    stage.end("long")
    stage.pass_time(5 * SECOND)
    assert stage.outcomes("wish") == ["succeeded"]
    first, *_ = stage.rows("soon")
    assert (first.outcome, first.number) == ("succeeded", 1)


def test_the_pause_before_the_next_attempt_goes_on(ledger: Ledger) -> None:
    retry = Retry(attempts=2, delay=10 * SECOND, factor=2, limit=MINUTE)
    stage = Stage(job("ingest", "@reboot", retry=retry), ledger=ledger)
    stage.start()
    stage.end("ingest", code=1)
    stage.pass_time(4 * SECOND)
    stage.reexec()
    stage.pass_time(6 * SECOND - 1)
    assert stage.started() == ["ingest"]
    stage.pass_time(1)
    assert [env["SEXTON_ATTEMPT"] for env in stage.spawner.started] == ["1", "2"]
    stage.reexec()
    stage.end("ingest", code=1)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.attempt) == ("failed", 2)


def test_an_end_that_the_disk_did_not_take_is_tried_again(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "@reboot"), ledger=ledger)
    stage.start()
    stage.store.failing = lambda change: isinstance(change, End)
    stage.end("ingest", code=5)
    stage.reexec()
    assert stage.outcomes("ingest") == ["claimed"]
    stage.store.failing = lambda change: False
    stage.pass_time(MINUTE)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.exit_code) == ("failed", 5)


def test_what_is_late_is_not_told_twice(ledger: Ledger) -> None:
    stage = Stage(job("ingest", "* * * * *", late_after=MINUTE), ledger=ledger)
    stage.start()
    stage.pass_time(3 * MINUTE)
    stage.reexec()
    stage.pass_time(MINUTE)
    assert [said for _, said in stage.logs.said if "ingest: late" in said] == [
        "ingest: late: no run has succeeded within 1m after 2026-11-22T08:01:00Z"
    ]
    assert stage.world.jobs["ingest"].late is not None


def test_intervals_keep_running_ahead_of_a_clock_that_was_set_back(ledger: Ledger) -> None:
    stage = Stage(job("tick", "@every 1m"), ledger=ledger)
    stage.live("tick", lasts=SECOND)
    stage.start()
    stage.pass_time(MINUTE + 2 * SECOND)
    stage.loop.set_wall(stage.clock.wall - HOUR)
    stage.engine.scheduler.clock_set()
    stage.pass_time(MINUTE)
    before = len(stage.started("tick"))
    stage.reexec()
    stage.pass_time(3 * MINUTE)
    assert len(stage.started("tick")) == before + 3


def test_nothing_is_claimed_once_it_is_halted_and_all_goes_on_when_nothing_comes_of_it(ledger: Ledger) -> None:
    stage = Stage(job("tick", "* * * * *"), ledger=ledger)
    stage.live("tick", lasts=SECOND)
    stage.start()
    stage.engine.halt()
    before = len(stage.store.done)
    stage.pass_time(2 * MINUTE)
    assert not [change for change in stage.store.done[before:] if isinstance(change, Claim)]
    stage.engine.go_on()
    stage.pass_time(MINUTE + SECOND)
    rows = stage.rows("tick")
    assert sum(row.number for row in rows) == 3
    assert rows[-1].outcome == "succeeded"


def test_halted_in_the_middle_of_what_was_found_due_it_decides_the_rest_afterwards(ledger: Ledger) -> None:
    stage = Stage(job("tick", "* * * * *", catch_up=CatchUp.ALL, grace=SECOND), ledger=ledger)
    stage.live("tick", lasts=SECOND)
    stage.start()
    stage.clock.advance(5 * MINUTE)
    stage.loop.advance(0)  # the first of five is claimed
    stage.engine.halt()
    stage.pass_time(MINUTE)
    claimed = len(stage.rows("tick"))
    assert claimed < 5
    stage.engine.go_on()
    stage.pass_time(MINUTE)
    assert stage.outcomes("tick")[:5] == ["succeeded"] * 5
    assert len(stage.started("tick")) == len(set(stage.started("tick")))


@pytest.mark.parametrize(
    ("entry", "left", "made_anew"),
    [
        (
            JobEntry,
            JobLeft,
            {"contending", "going", "job", "last", "late_timer", "owed", "resting", "timer", "times", "watermark"},
        ),
        (RunEntry, RunLeft, {"entry", "timer"}),
        (ServiceEntry, ServiceLeft, {"member", "timer", "watchers"}),
    ],
)
def test_whatever_an_entry_knows_is_left_or_made_anew(entry: type, left: type, made_anew: set[str]) -> None:
    """Who adds a slot has to say which: what is neither ends with the image."""
    known = {*left._fields} - {"name", "lives", "unread", "report", "heard"}  # type: ignore[attr-defined]
    assert {*entry.__slots__} - made_anew == known  # type: ignore[attr-defined]
