"""Overlap: every policy's answer in every situation."""

import pytest

from sexton.core.overlap import MOST_WAITING, Way, decide_overlap, why_skipped
from sexton.model.job import Overlap

CASES = {  # policy: idle with room, idle without, busy with room, busy without
    Overlap.SKIP: (Way.GO, Way.GO, Way.SKIP, Way.SKIP),
    Overlap.QUEUE: (Way.GO, Way.LINE_UP, Way.LINE_UP, Way.LINE_UP),
    Overlap.ALLOW: (Way.GO, Way.LINE_UP, Way.GO, Way.LINE_UP),
    Overlap.REPLACE: (Way.GO, Way.GO, Way.REPLACE, Way.REPLACE),
}


@pytest.mark.parametrize("overlap", Overlap)
def test_each_policy_has_its_answer_in_every_situation(overlap: Overlap) -> None:
    situations = [(False, True), (False, False), (True, True), (True, False)]
    ways = tuple(decide_overlap(overlap, busy=busy, room=room, waiting=0) for busy, room in situations)
    assert ways == CASES[overlap]


@pytest.mark.parametrize("overlap", [Overlap.QUEUE, Overlap.ALLOW])
def test_no_more_than_a_hundred_runs_wait(overlap: Overlap) -> None:
    assert decide_overlap(overlap, busy=True, room=False, waiting=MOST_WAITING - 1) is Way.LINE_UP
    assert decide_overlap(overlap, busy=True, room=False, waiting=MOST_WAITING) is Way.SKIP
    assert why_skipped(overlap, 41, None) == "100 runs were waiting already"


def test_a_skipped_row_names_what_was_in_the_way() -> None:
    assert why_skipped(Overlap.SKIP, 41, 42) == "run 41 was still going"
    assert why_skipped(Overlap.SKIP, None, 42) == "run 42 waits for its next attempt"
    assert why_skipped(Overlap.SKIP, None, None) == "a run was still waiting"


@pytest.mark.parametrize("overlap", Overlap)
def test_a_pause_goes_before_everything_else(overlap: Overlap) -> None:
    for busy in (False, True):
        assert decide_overlap(overlap, busy=busy, room=True, waiting=0, paused=True) is Way.SKIP
    assert why_skipped(overlap, 41, 42, paused=True) == "the job is paused"
