"""Fire times: decided once, in order, each durable before the watermark passes it."""

from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.slots import iso
from sexton.model.job import CatchUp
from sexton.model.ledger import Claim, Closed
from sexton.model.units import DAY, HOUR, MINUTE, SECOND
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job
from tests.fakes import WALL

EVERY_HOUR = "0 * * * *"


def stopped_for(stage: Stage, length: int) -> None:
    """Sexton is down for a while, then back."""
    stage.stop()
    stage.clock.advance(length)
    stage.start()


def test_a_new_job_owes_nothing_of_the_past(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_HOUR, catch_up=CatchUp.ALL), ledger=ledger)
    stage.start()
    assert stage.rows() == []
    stage.pass_time(HOUR - 1)
    assert stage.rows() == []
    stage.pass_time(1)
    assert stage.started("ingest") == ["2026-11-22T09:00:00Z"]


def test_each_fire_time_runs_once(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_HOUR), ledger=ledger)
    stage.live("ingest", lasts=MINUTE)
    stage.start()
    stage.pass_time(4 * HOUR + MINUTE)
    assert stage.started("ingest") == [iso(WALL + hour * HOUR) for hour in range(1, 5)]
    assert stage.outcomes("ingest") == ["succeeded"] * 4


def test_a_fire_time_is_skipped_with_a_row_when_the_last_run_is_going(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_HOUR), ledger=ledger)
    stage.live("ingest", lasts=90 * MINUTE)
    stage.start()
    stage.pass_time(4 * HOUR)
    assert stage.outcomes("ingest") == ["succeeded", "skipped", "claimed", "skipped"]
    skipped = stage.rows("ingest")[1]
    assert (skipped.slot, skipped.fire_time) == ("2026-11-22T10:00:00Z", WALL + 2 * HOUR)
    assert skipped.reason == "run 1 was still going"
    assert stage.watermark("ingest") == WALL + 4 * HOUR


def test_a_fire_time_is_skipped_too_when_the_job_catches_up_all_but_this_one_is_in_time() -> None:
    stage = Stage(job("ingest", EVERY_HOUR, catch_up=CatchUp.ALL))
    stage.live("ingest", lasts=90 * MINUTE)
    stage.start()
    stage.pass_time(2 * HOUR)
    assert stage.outcomes("ingest") == ["claimed", "skipped"]


@pytest.mark.parametrize(
    ("catch_up", "outcomes"),
    [
        (CatchUp.NONE, ["missed", "succeeded"]),
        (CatchUp.LAST, ["missed", "succeeded"]),
        (CatchUp.ALL, ["succeeded"] * 5),
    ],
)
def test_what_fell_due_while_sexton_was_down_is_caught_up(
    ledger: Ledger, catch_up: CatchUp, outcomes: list[str]
) -> None:
    stage = Stage(job("ingest", EVERY_HOUR, catch_up=catch_up), ledger=ledger)
    stage.live("ingest", lasts=MINUTE)
    stage.start()
    stopped_for(stage, 5 * HOUR + MINUTE)
    stage.pass_time(10 * MINUTE)
    assert stage.outcomes("ingest") == outcomes
    assert stage.watermark("ingest") == WALL + 5 * HOUR


def test_missed_fire_times_are_one_counted_row(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_HOUR, catch_up=CatchUp.NONE, grace=MINUTE), ledger=ledger)
    stage.start()
    stopped_for(stage, 5 * HOUR + 2 * MINUTE)
    (row,) = stage.rows("ingest")
    assert (row.outcome, row.number) == ("missed", 5)
    assert (row.fire_time, row.last) == (WALL + HOUR, WALL + 5 * HOUR)
    assert row.slot == "missed:2026-11-22T09:00:00Z/2026-11-22T13:00:00Z"


def test_caught_up_runs_go_one_after_the_other_oldest_first() -> None:
    stage = Stage(job("ingest", EVERY_HOUR, catch_up=CatchUp.ALL))
    stage.start()
    stopped_for(stage, 3 * HOUR)
    for number in range(1, 4):
        assert stage.started("ingest") == [iso(WALL + hour * HOUR) for hour in range(1, number + 1)]
        assert stage.watermark("ingest") == WALL + number * HOUR
        stage.end("ingest")
    assert stage.outcomes("ingest") == ["succeeded"] * 3


def test_the_watermark_stays_below_a_fire_time_that_waits_for_room(ledger: Ledger) -> None:
    stage = Stage(job("long"), job("ingest", EVERY_HOUR), ledger=ledger, max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.pass_time(HOUR)
    assert stage.rows("ingest") == []
    assert stage.watermark("ingest") == WALL
    stage.pass_time(30 * MINUTE)
    stage.end("long")
    assert stage.outcomes("ingest") == ["claimed"]
    assert stage.watermark("ingest") == WALL + HOUR


def test_waiting_for_room_is_no_misfire() -> None:
    stage = Stage(job("long"), job("ingest", EVERY_HOUR, grace=MINUTE, catch_up=CatchUp.NONE), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.pass_time(HOUR + 30 * MINUTE)
    stage.end("long")
    assert stage.started("ingest") == ["2026-11-22T09:00:00Z"]


def test_fire_times_that_pass_while_one_waits_for_room_are_skipped_and_the_reason_is_true() -> None:
    stage = Stage(job("long"), job("ingest", EVERY_HOUR), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.pass_time(4 * HOUR + 30 * MINUTE)
    stage.end("long")
    told = [(str(row.outcome), row.number, row.reason) for row in stage.rows("ingest")]
    run = next(row.id for row in stage.rows("ingest") if row.outcome is None)
    reason = f"run {run} was still going"
    assert told == [("None", 1, ""), ("skipped", 2, reason), ("skipped", 1, reason)]


def test_a_fire_time_that_waited_for_room_runs_after_a_crash() -> None:
    stage = Stage(job("long"), job("ingest", EVERY_HOUR), max_parallel=1)
    stage.start()
    stage.trigger("long")
    stage.pass_time(HOUR)
    stage.spawner.alive.clear()
    stage.start()
    assert stage.started("ingest") == ["2026-11-22T09:00:00Z"]


def test_a_changed_schedule_owes_from_its_change_on(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_HOUR, catch_up=CatchUp.ALL), ledger=ledger)
    stage.start()
    stage.stop()
    stage.clock.advance(3 * HOUR)
    stage.change(job("ingest", "30 * * * *", catch_up=CatchUp.ALL))
    stage.start()
    assert stage.rows() == []
    stage.pass_time(30 * MINUTE)
    assert stage.started("ingest") == ["2026-11-22T11:30:00Z"]


def test_fire_times_are_decided_when_the_wall_clock_jumps_ahead() -> None:
    stage = Stage(job("ingest", EVERY_HOUR))
    stage.live("ingest", lasts=SECOND)
    stage.start()
    stage.loop.set_wall(WALL + 3 * HOUR + MINUTE)
    stage.pass_time(MINUTE)
    assert stage.outcomes("ingest") == ["missed", "succeeded"]
    assert stage.rows("ingest")[0].number == 2


def test_no_fire_time_runs_again_when_the_wall_clock_is_set_back() -> None:
    stage = Stage(job("ingest", EVERY_HOUR))
    stage.live("ingest", lasts=SECOND)
    stage.start()
    stage.pass_time(2 * HOUR + MINUTE)
    stage.loop.set_wall(WALL + 30 * MINUTE)
    stage.pass_time(HOUR)
    assert len(stage.rows("ingest")) == 2
    stage.pass_time(2 * HOUR)
    assert stage.started("ingest")[-1] == "2026-11-22T11:00:00Z"


def test_intervals_keep_their_rhythm_when_the_wall_clock_is_set_back() -> None:
    stage = Stage(job("poll", "@every 5m"))
    stage.live("poll", lasts=SECOND)
    stage.start()
    stage.pass_time(7 * MINUTE)
    stage.loop.set_wall(WALL - HOUR)
    stage.pass_time(8 * MINUTE + SECOND)
    assert stage.started("poll") == [f"2026-11-22T08:{minute}:00Z" for minute in ("05", "10", "15")]
    assert stage.clock.wall == WALL - HOUR + 8 * MINUTE + SECOND
    stage.loop.set_wall(WALL + 15 * MINUTE + 2 * SECOND)  # right again
    stage.pass_time(5 * MINUTE)
    assert stage.started("poll")[3:] == ["2026-11-22T08:20:00Z"]


def test_intervals_are_aligned_again_when_the_wall_clock_passes_the_watermark() -> None:
    stage = Stage(job("poll", "@every 5m"))
    stage.live("poll", lasts=SECOND)
    stage.start()
    stage.pass_time(5 * MINUTE + SECOND)
    stage.loop.set_wall(stage.clock.wall - 3 * SECOND)
    stage.pass_time(5 * MINUTE)
    assert stage.started("poll") == ["2026-11-22T08:05:00Z"]
    stage.pass_time(2 * SECOND)
    assert stage.started("poll")[1:] == ["2026-11-22T08:10:00Z"]
    assert stage.clock.wall == WALL + 10 * MINUTE


def test_intervals_go_on_when_sexton_starts_anew_on_a_clock_that_was_set_back() -> None:
    stage = Stage(job("poll", "@every 5m"), job("daily", "@hourly"))
    stage.live("poll", lasts=SECOND)
    stage.live("daily", lasts=SECOND)
    stage.start()
    stage.pass_time(HOUR + SECOND)
    stage.stop()
    stage.clock.wall -= HOUR
    stage.start()
    stage.pass_time(10 * MINUTE)
    assert stage.started("poll")[-2:] == ["2026-11-22T09:05:00Z", "2026-11-22T09:10:00Z"]
    assert stage.started("daily") == ["2026-11-22T09:00:00Z"]


def test_nothing_is_decided_by_a_clock_that_is_set_before_the_ledger_has_said_what_is_decided(ledger: Ledger) -> None:
    stage = Stage(job("poll", "@every 5m"), job("other"), ledger=ledger)
    stage.live("poll", lasts=SECOND)
    stage.live("other", stubborn=True)
    stage.start()
    stage.trigger("other")
    stage.pass_time(5 * MINUTE + SECOND)
    stage.start()  # and wait for what outlived the crash
    stage.loop.set_wall(stage.clock.wall + SECOND)
    stage.pass_time(5 * MINUTE)
    assert [row.slot for row in stage.rows("poll")] == ["2026-11-22T08:05:00Z", "2026-11-22T08:10:00Z"]


def test_once_decides_no_fire_time_also_when_the_clock_is_set() -> None:
    stage = Stage(job("poll", "@every 5m"), job("other", "@reboot"))
    stage.start(once=True)
    stage.loop.set_wall(WALL + 7 * MINUTE)
    stage.pass_time(5 * MINUTE)
    assert stage.rows("poll") == []


def test_nothing_is_decided_when_the_state_was_lost() -> None:
    stage = Stage(job("ingest", EVERY_HOUR))
    stage.hold = "the database is gone"
    stage.start()
    stage.pass_time(DAY)
    assert stage.rows() == []


def test_a_skipped_row_is_written_later_when_the_store_fails(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_HOUR), ledger=ledger)
    stage.start()
    stage.pass_time(HOUR)
    stage.store.failing = lambda change: isinstance(change, Closed)
    stage.pass_time(HOUR + MINUTE)
    assert (stage.outcomes("ingest"), stage.watermark("ingest")) == (["claimed"], WALL + HOUR)
    stage.store.failing = lambda change: False
    stage.pass_time(5 * SECOND)
    assert stage.outcomes("ingest") == ["claimed", "skipped"]


class Flaky:
    """A disk that refuses by a given pattern, then works."""

    def __init__(self, pattern: list[bool]) -> None:
        self._pattern: Iterator[bool] = islice(pattern, len(pattern))

    def __call__(self, change: object) -> bool:
        return isinstance(change, Claim | Closed) and next(self._pattern, False)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.sampled_from(CatchUp),
    st.lists(st.booleans(), max_size=40),
    st.integers(0, 50 * MINUTE),
    st.integers(0, 6 * HOUR),
    st.booleans(),
)
def test_the_watermark_never_passes_an_undecided_fire_time_wherever_the_store_fails(
    catch_up: CatchUp, pattern: list[bool], lasts: int, down: int, crowded: bool
) -> None:
    stage = Stage(
        job("ingest", "*/20 * * * *", catch_up=catch_up, grace=30 * MINUTE),
        job("other", "*/30 * * * *"),
        max_parallel=1 if crowded else 64,
    )
    stage.live("ingest", lasts=lasts)
    stage.live("other", lasts=10 * MINUTE)
    stage.start()
    stage.store.failing = Flaky(pattern)
    stopped_for(stage, down)
    for _ in range(12):
        stage.pass_time(10 * MINUTE)
        decided = set[int]()
        for row in stage.rows("ingest"):
            assert row.fire_time is not None
            covered = range(row.fire_time, (row.last or row.fire_time) + 1, 20 * MINUTE)
            assert len(covered) == row.number
            assert not decided & {*covered}
            decided |= {*covered}
        assert decided == {*range(WALL + 20 * MINUTE, stage.watermark("ingest") + 1, 20 * MINUTE)}
    assert stage.watermark("ingest") >= stage.clock.wall - HOUR


def test_a_start_is_put_off_by_the_jitter_and_its_slot_stays(ledger: Ledger) -> None:
    stage = Stage(job("ingest", EVERY_HOUR, jitter=10 * MINUTE), ledger=ledger)
    stage.live("ingest", lasts=SECOND)
    stage.start()
    stage.pass_time(5 * HOUR)
    rows = stage.rows("ingest")
    late = [row.created - (row.fire_time or 0) for row in rows]
    assert [row.slot for row in rows] == stage.started("ingest") == [iso(WALL + n * HOUR) for n in range(1, 5)]
    assert all(0 < each < 10 * MINUTE for each in late)
    assert len(set(late)) == 4


def test_the_jitter_of_a_fire_time_is_the_same_after_a_restart() -> None:
    starts = []
    for restarted in (False, True):
        stage = Stage(job("ingest", EVERY_HOUR, jitter=10 * MINUTE))
        stage.start()
        stage.pass_time(HOUR)
        assert stage.rows() == []
        if restarted:
            stopped_for(stage, SECOND)
        stage.pass_time(10 * MINUTE)
        starts.append([row.created for row in stage.rows()])
    assert starts[0] == starts[1]
