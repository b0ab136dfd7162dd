"""One deadline for all of a step's work over a network."""

import pytest

from sexton.model.units import HOUR
from sexton.steps.deadline import Deadline
from sexton.steps.errors import Temporary


def test_time_is_left_when_the_deadline_is_ahead() -> None:
    assert 0 < Deadline(HOUR).left() <= 3600


def test_another_attempt_is_asked_for_when_the_deadline_has_passed() -> None:
    with pytest.raises(Temporary, match=r"cannot read the list: the deadline of 0 s has passed"):
        Deadline(0).left("read the list")
