"""From state to state in supervisord's words: by its ways only, to where the service is."""

from itertools import pairwise

import pytest

from sexton.core.passage import WAYS, passage
from sexton.core.supervisord import process_state
from sexton.model.service import ServiceState as S


@pytest.mark.parametrize("before", WAYS)
@pytest.mark.parametrize("state", S)
def test_every_passage_goes_by_ways_that_there_are(before: str, state: S) -> None:
    for one, next_ in pairwise((before, *passage(before, state))):
        assert next_ in WAYS[one]


@pytest.mark.parametrize("before", WAYS)
@pytest.mark.parametrize("state", [state for state in S if state is not S.WAITING])
def test_a_passage_ends_where_the_service_is(before: str, state: S) -> None:
    reached = (before, *passage(before, state))[-1]
    assert reached == process_state(state).name or (state is S.STOPPED and reached in ("EXITED", "FATAL"))


@pytest.mark.parametrize(
    ("before", "state", "words"),
    [
        ("RUNNING", S.STARTING, "EXITED STARTING"),  # replaced at once
        ("RUNNING", S.BACKOFF, "EXITED STARTING BACKOFF"),  # and the new process could not be started
        ("BACKOFF", S.BACKOFF, "STARTING BACKOFF"),
        ("STARTING", S.FATAL, "BACKOFF FATAL"),
        ("RUNNING", S.WAITING, "EXITED"),
        ("STOPPING", S.STARTING, "STOPPED STARTING"),  # a restart
        ("STOPPING", S.KILLING, ""),
        ("EXITED", S.STOPPED, ""),
    ],
)
def test_what_went_by_between_two_states_is_told(before: str, state: S, words: str) -> None:
    assert passage(before, state) == tuple(words.split())
