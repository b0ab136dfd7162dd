"""The life of a listener's process: the table is complete, and no event is lost on any way through it."""

from sexton.core.listeners import NEVER, STALE, TABLE, retry_after
from sexton.model.job import Retry
from sexton.model.listener import RETRY, ListenerEffect, ListenerHappening, ListenerState
from sexton.model.units import MINUTE, SECOND

S, H, E = ListenerState, ListenerHappening, ListenerEffect
SEEN_TO = {E.SETTLE, E.RETURN, E.RETRY}


def test_every_cell_is_filled() -> None:
    assert set(TABLE) == {(state, happening) for state in S for happening in H}


def test_an_event_is_seen_to_once_when_a_process_has_it_no_more() -> None:
    for (state, _), move in TABLE.items():
        leaves_it = state is S.BUSY and move.to not in (None, S.BUSY)
        assert len(SEEN_TO.intersection(move.effects)) == leaves_it


def test_only_a_ready_process_is_given_an_event() -> None:
    giving = [state for (state, happening), move in TABLE.items() if E.WRITE in move.effects]
    assert giving == [S.READY]


def test_every_process_that_makes_no_sense_is_ended() -> None:
    for (state, _), move in TABLE.items():
        assert (E.CONDEMN in move.effects) == (move.to is S.UNKNOWN and state is not S.UNKNOWN)


def test_a_new_process_has_said_nothing_whatever_became_of_the_last() -> None:
    for state in S:
        assert {TABLE[state, end].to for end in (H.DIED, H.STOPPED)} == {S.ACKNOWLEDGED}


def test_an_ended_process_counts_against_the_event_unless_it_was_stopped() -> None:
    assert TABLE[S.BUSY, H.DIED].effects == (E.RETRY,)
    assert TABLE[S.BUSY, H.STOPPED].effects == (E.RETURN,)


def test_a_late_deadline_and_words_of_one_that_is_being_ended_change_nothing() -> None:
    assert all(TABLE[state, H.SILENT] is STALE for state in S if state is not S.BUSY)
    assert all(TABLE[S.UNKNOWN, said] is STALE for said in (H.READY, H.DONE, H.FAILED, H.NOISE))
    assert NEVER is TABLE[S.ACKNOWLEDGED, H.DONE]


def test_an_event_rests_longer_each_time_and_not_for_ever() -> None:
    pauses = [retry_after(RETRY, deliveries) for deliveries in range(1, 11)]
    assert pauses[:7] == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND, 32 * SECOND, MINUTE]
    assert pauses[-1] is None
    assert retry_after(Retry(attempts=1), 1) is None
