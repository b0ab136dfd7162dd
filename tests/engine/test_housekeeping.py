"""Retention, in portions, once a day."""

from sexton.engine.housekeeping import BATCH, SETTLE
from sexton.model.ledger import Closed, Prune
from sexton.model.plan import Keep
from sexton.model.run import Outcome
from sexton.model.units import DAY, HOUR
from tests.engine.stage import Stage, job
from tests.fakes import WALL


def with_history(rows: int, **keep: int) -> Stage:
    """A ledger with `rows` rows of long ago, and one of yesterday."""
    stage = Stage(job("ingest"), keep=Keep(**keep))
    for number in range(rows):
        stage.store.ledger.do(Closed("ingest", f"old{number}", Outcome.SKIPPED, "", WALL - 100 * DAY + number))
    stage.store.ledger.do(Closed("ingest", "new", Outcome.SKIPPED, "", WALL - DAY))
    return stage


def prunes(stage: Stage) -> list[Prune]:
    return [change for change in stage.store.done if isinstance(change, Prune)]


def test_old_rows_and_logs_go_soon_after_the_start_and_then_daily() -> None:
    stage = with_history(3)
    stage.start()
    assert (prunes(stage), stage.logs.pruned) == ([], [])
    stage.pass_time(SETTLE)
    assert [row.slot for row in stage.rows()] == ["new"]
    assert stage.logs.pruned == [Keep()]
    stage.loop.advance(3 * DAY)
    assert (len(prunes(stage)), len(stage.logs.pruned)) == (4, 4)


def test_rows_are_kept_as_long_as_the_plan_says() -> None:
    stage = with_history(3, runs=HOUR)
    stage.start()
    stage.pass_time(SETTLE)
    assert stage.rows() == []


def test_a_long_history_goes_in_portions_one_commit_each() -> None:
    stage = with_history(0)
    stage.start()
    counts = iter([BATCH, BATCH, 7])
    stage.store.ledger.do = lambda change: next(counts)  # type: ignore[method-assign]
    stage.pass_time(SETTLE)
    assert [prune.limit for prune in prunes(stage)] == [BATCH] * 3
    assert ("info", f"pruned {2 * BATCH + 7} runs from the history") in stage.logs.said


def test_it_is_tried_again_the_next_day_when_the_store_fails() -> None:
    stage = with_history(3)
    stage.store.failing = lambda change: isinstance(change, Prune)
    stage.start()
    stage.pass_time(SETTLE)
    assert (len(stage.rows()), stage.store.failures) == (4, 1)
    stage.store.failing = lambda change: False
    stage.loop.advance(DAY)
    assert len(stage.rows()) == 1


def test_nothing_is_pruned_when_sexton_runs_once() -> None:
    stage = with_history(3)
    stage.change(job("ingest", "@reboot"))
    stage.start(once=True)
    stage.pass_time(HOUR)
    assert (prunes(stage), stage.logs.pruned) == ([], [])
