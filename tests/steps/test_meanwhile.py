"""Two things at a time."""

import sys
from threading import Event, active_count

import pytest

from sexton.steps.meanwhile import meanwhile


def test_it_is_done_while_the_block_is_carried_out() -> None:
    inside, done = Event(), Event()

    def do() -> None:
        if inside.wait(30):
            done.set()

    with meanwhile(do):
        inside.set()
        assert done.wait(30)


def test_nothing_goes_on_when_the_block_has_ended() -> None:
    before, interval = active_count(), sys.getswitchinterval()
    came: list[int] = []
    with pytest.raises(KeyError), meanwhile(lambda: came.append(1)):
        raise KeyError
    assert (came, active_count(), sys.getswitchinterval()) == ([1], before, interval)


def test_what_it_fails_at_is_left_to_who_wants_it_later() -> None:
    def fail() -> None:
        raise ImportError("not here")

    with meanwhile(fail):
        pass
