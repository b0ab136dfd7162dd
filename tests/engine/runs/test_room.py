"""Who is claimed next when there is not room for all."""

from sexton.model.job import Retry
from sexton.model.units import HOUR, MINUTE
from tests.engine.ledgers import Ledger
from tests.engine.stage import Stage, job


def crowded(stage: Stage) -> None:
    """`long` takes the only place until all others wait."""
    stage.start()
    stage.trigger("long")
    stage.pass_time(2 * HOUR)


def order_of(stage: Stage) -> list[str]:
    """End whatever runs until nothing does; the jobs in the order of their start, without `long`."""
    while stage.spawner.alive:
        stage.end(next(iter(stage.spawner.alive.values())).env["SEXTON_JOB"])
    return stage.started()[1:]


def test_higher_priority_goes_first_then_the_older_fire_time(ledger: Ledger) -> None:
    stage = Stage(
        job("late", "45 9 * * *"),
        job("early", "15 9 * * *"),
        job("urgent", "50 9 * * *", priority=5),
        job("whenever", "0 9 * * *", priority=-1),
        job("long"),
        ledger=ledger,
        max_parallel=1,
    )
    crowded(stage)
    assert order_of(stage) == ["urgent", "early", "late", "whenever"]


def test_the_older_fire_time_goes_first_even_when_it_comes_to_stand_in_line_later() -> None:
    stage = Stage(
        job("up", "0 9 * * *"),
        job("follower", after={"up": "any"}),
        job("first", "30 9 * * *"),
        job("second", "31 9 * * *"),
        job("long"),
        max_parallel=2,
    )
    crowded(stage)
    stage.end("up")  # `first` takes its place; `follower` comes after `second`, but its fire time is 9:00
    stage.end("first")
    assert stage.started() == ["long", "up", "first", "follower"]


def test_the_order_is_that_of_arrival_when_priority_and_fire_time_are_the_same() -> None:
    stage = Stage(job("b", "0 9 * * *"), job("a", "0 9 * * *"), job("long"), max_parallel=1)
    crowded(stage)
    assert order_of(stage) == ["b", "a"]


def test_no_more_than_max_parallel_run_at_once() -> None:
    names = [f"job{number}" for number in range(7)]
    stage = Stage(*(job(name, "0 9 * * *") for name in names), max_parallel=3)
    stage.start()
    stage.pass_time(HOUR)
    assert len(stage.spawner.alive) == 3
    assert stage.engine.room.waiting == 4
    stage.end("job1")
    assert len(stage.spawner.alive) == 3
    assert stage.engine.room.waiting == 3


def test_a_run_that_waits_is_not_in_the_ledger() -> None:
    stage = Stage(job("a", "0 9 * * *"), job("long"), max_parallel=1)
    crowded(stage)
    assert stage.rows("a") == []


def test_a_place_is_free_again_when_the_claim_is_refused_or_fails() -> None:
    stage = Stage(job("a", "0 9 * * *"), job("b", "0 9 * * *"), max_parallel=1)
    stage.start()
    stage.store.failing = lambda change: getattr(change, "job", "") == "a"
    stage.pass_time(HOUR)
    assert stage.started() == ["b"]


def test_nothing_is_claimed_any_more_when_sexton_is_stopping() -> None:
    stage = Stage(job("a", "0 9 * * *"), job("long"), max_parallel=1)
    crowded(stage)
    stage.stop()
    assert stage.finished == 1
    assert stage.rows("a") == []


def test_no_more_runs_of_a_pool_go_than_it_has_slots_and_others_are_not_held_up() -> None:
    pooled = [job(f"pooled{number}", "0 9 * * *", pool="db", priority=5) for number in range(5)]
    stage = Stage(*pooled, job("free", "0 9 * * *"), pools={"db": 2})
    stage.start()
    stage.pass_time(HOUR)
    assert stage.started() == ["pooled0", "pooled1", "free"]
    assert stage.engine.room.waiting == 3
    stage.end("free")
    assert len(stage.started()) == 3
    stage.end("pooled1")
    assert stage.started()[3:] == ["pooled2"]
    assert stage.control.info()["pools"] == {"db": {"slots": 2, "used": 2}}


def test_the_first_of_each_pool_stand_in_one_order() -> None:
    stage = Stage(
        job("long"),
        job("a-low", "0 9 * * *", pool="a", priority=1),
        job("b-high", "0 9 * * *", pool="b", priority=3),
        job("none", "0 9 * * *", priority=2),
        pools={"a": 1, "b": 1},
        max_parallel=1,
    )
    crowded(stage)
    assert order_of(stage) == ["b-high", "none", "a-low"]


def test_a_reload_rearranges_those_that_wait() -> None:
    stage = Stage(job("long"), job("a", "0 9 * * *"), job("b", "0 9 * * *"), max_parallel=1)
    crowded(stage)
    stage.reload(job("long"), job("a", "0 9 * * *"), job("b", "0 9 * * *", priority=1))
    assert order_of(stage) == ["b", "a"]


def test_more_room_is_used_at_once_when_a_reload_gives_it() -> None:
    stage = Stage(job("long"), job("a", "0 9 * * *"), max_parallel=1)
    crowded(stage)
    stage.reload(job("long"), job("a", "0 9 * * *"), max_parallel=2)
    assert stage.started() == ["long", "a"]


def test_a_pausing_run_leaves_its_slot_to_others_of_its_pool() -> None:
    stage = Stage(job("a", "0 9 * * *", pool="db", retry=Retry(2)), job("b", "5 9 * * *", pool="db"), pools={"db": 1})
    stage.start()
    stage.pass_time(HOUR + 5 * MINUTE)
    assert stage.started() == ["a"]
    stage.end("a", code=1)
    assert stage.started() == ["a", "b"]
    stage.pass_time(MINUTE)
    assert stage.started() == ["a", "b"]
    stage.end("b")
    assert stage.started() == ["a", "b", "a"]
