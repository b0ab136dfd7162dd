"""A deadline that moves, on a clock that only the test turns."""

from sexton.api.deadline import MovableDeadline
from tests.api.hands import HandLoop


def test_it_rings_once_when_its_time_has_come() -> None:
    loop, rung = HandLoop(), list[str]()
    deadline = MovableDeadline(loop)
    deadline.move(10, lambda: rung.append("first"))
    loop.pass_time(9)
    assert rung == []
    loop.pass_time(1)
    loop.pass_time(100)
    assert rung == ["first"]


def test_the_last_move_counts() -> None:
    loop, rung = HandLoop(), list[str]()
    deadline = MovableDeadline(loop)
    deadline.move(10, lambda: rung.append("late"))
    deadline.move(50, lambda: rung.append("later"))
    loop.pass_time(49)
    assert rung == []
    loop.pass_time(1)
    assert rung == ["later"]


def test_it_can_be_moved_forward() -> None:
    loop, rung = HandLoop(), list[str]()
    deadline = MovableDeadline(loop)
    deadline.move(50, lambda: rung.append("later"))
    deadline.move(5, lambda: rung.append("soon"))
    loop.pass_time(5)
    assert rung == ["soon"]
    loop.pass_time(100)
    assert rung == ["soon"]


def test_a_cleared_deadline_does_not_ring_and_can_be_moved_again() -> None:
    loop, rung = HandLoop(), list[str]()
    deadline = MovableDeadline(loop)
    deadline.move(10, lambda: rung.append("cleared"))
    deadline.clear()
    loop.pass_time(10)
    deadline.move(10, lambda: rung.append("again"))
    loop.pass_time(10)
    assert rung == ["again"]


def test_a_thousand_moves_set_one_timer() -> None:
    loop = HandLoop()
    deadline = MovableDeadline(loop)
    for _ in range(1000):
        deadline.move(60, lambda: None)
    assert loop.set == 1


def test_a_closed_deadline_stays_silent() -> None:
    loop, rung = HandLoop(), list[str]()
    deadline = MovableDeadline(loop)
    deadline.move(10, lambda: rung.append("closed"))
    deadline.close()
    deadline.move(10, lambda: rung.append("moved"))
    loop.pass_time(100)
    assert rung == []
