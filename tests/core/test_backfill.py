"""Which run a backfill makes of a fire time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.core.backfill import Past, Reprocess, next_slot
from sexton.model.run import Outcome

T = "2026-11-22T08:00:00Z"


def test_a_fire_time_without_a_run_gets_its_first() -> None:
    assert next_slot(T, [], Reprocess.NONE) == T
    assert next_slot(T, [Past(3, "after:1", Outcome.FAILED)], Reprocess.ALL) == T


def test_a_fire_time_with_a_run_gets_another_as_reprocess_says() -> None:
    for outcome in Outcome:
        past = Past(3, T, outcome)
        assert next_slot(T, [past], Reprocess.NONE) == past
        assert next_slot(T, [past], Reprocess.ALL) == f"{T}#2"
        assert next_slot(T, [past], Reprocess.FAILED) == (past if outcome is Outcome.SUCCEEDED else f"{T}#2")


def test_the_last_run_is_what_counts() -> None:
    runs = [Past(3, T, Outcome.SUCCEEDED), Past(9, f"{T}#2", Outcome.FAILED)]
    assert next_slot(T, runs, Reprocess.FAILED) == f"{T}#3"
    assert next_slot(T, [*runs, Past(12, f"{T}#3", Outcome.SUCCEEDED)], Reprocess.FAILED) != f"{T}#4"


@settings(derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(Reprocess), st.none() | st.sampled_from(Outcome)), max_size=12))
def test_no_slot_is_given_twice_and_none_while_a_run_goes(asks: list[tuple[Reprocess, Outcome | None]]) -> None:
    runs: list[Past] = []
    for reprocess, outcome in asks:
        slot = next_slot(T, reversed(runs), reprocess)
        if isinstance(slot, str):
            assert slot not in [run.slot for run in runs]
            assert all(run.outcome is not None for run in runs)
            runs.append(Past(len(runs) + 1, slot, outcome))
