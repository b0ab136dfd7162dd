"""What waits for a listener: bounded, in order, and nothing lost that is not counted."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sexton.core.backlog import MOST_TEXT, Backlog
from sexton.model.listener import Event, Waiting

NAMES = st.sampled_from(["TICK_5", "TICK_60", "PROCESS_LOG_STDOUT"])


def waiting(number: int, name: str = "PROCESS_LOG_STDOUT") -> Waiting:
    return Waiting(Event(name, "x" * (number % 5), number), number)


class Backlogs(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.backlog = Backlog(3)
        self.now = self.put = self.done = 0
        self.taken: list[Waiting] = []

    @rule(name=NAMES)
    def comes(self, name: str) -> None:
        self.put += 1
        self.backlog.put(waiting(self.put, name))

    @rule()
    def is_taken(self) -> None:
        one = self.backlog.take(self.now)
        if one is not None:
            self.taken.append(one)

    @rule()
    def is_done(self) -> None:
        if self.taken:
            self.taken.pop()
            self.done += 1

    @rule(pause=st.integers(1, 3))
    def was_in_vain(self, pause: int) -> None:
        if self.taken:
            one = self.taken.pop()
            self.backlog.rest(one._replace(deliveries=one.deliveries + 1, not_before=self.now + pause))

    @rule()
    def comes_back(self) -> None:
        if self.taken:
            self.backlog.put_back(self.taken.pop())

    @rule(size=st.integers(1, 4))
    def is_resized(self, size: int) -> None:
        self.backlog.resize(size)

    @rule()
    def time_passes(self) -> None:
        self.now += 1

    @invariant()
    def every_event_is_somewhere(self) -> None:
        lost = self.backlog.dropped + self.backlog.coalesced
        assert self.put == len(self.backlog) + len(self.taken) + self.done + lost

    @invariant()
    def no_two_ticks_of_a_kind_wait(self) -> None:
        ticks = [each.event.name for each in self.backlog.left() if each.event.name.startswith("TICK")]
        assert len(ticks) == len(set(ticks))

    @invariant()
    def its_length_in_text_is_known(self) -> None:
        assert self.backlog._text == sum(len(each.event.payload) for each in self.backlog.left())

    @invariant()
    def no_more_wait_than_may(self) -> None:
        assert len(self.backlog) <= self.backlog.size


Backlogs.TestCase.settings = settings(derandomize=True, max_examples=200, stateful_step_count=40, deadline=None)
TestBacklogs = Backlogs.TestCase


def test_the_oldest_goes_when_the_buffer_is_full() -> None:
    backlog = Backlog(2)
    assert [backlog.put(waiting(number)) for number in (1, 2)] == [None, None]
    assert backlog.put(waiting(3)) == waiting(1)
    assert (backlog.take(0), backlog.take(0), backlog.take(0)) == (waiting(2), waiting(3), None)
    assert backlog.dropped == 1


def test_only_the_last_of_the_same_ticks_is_told() -> None:
    backlog = Backlog(10)
    for number, name in enumerate(["TICK_5", "TICK_60", "TICK_5"]):
        backlog.put(waiting(number, name))
    assert [backlog.take(0), backlog.take(0), backlog.take(0)] == [waiting(1, "TICK_60"), waiting(2, "TICK_5"), None]
    assert (backlog.coalesced, backlog.dropped) == (1, 0)


def test_a_tick_that_failed_gives_way_to_a_newer_one() -> None:
    backlog = Backlog(10)
    backlog.rest(waiting(1, "TICK_5")._replace(deliveries=1, not_before=50))
    backlog.put(waiting(2, "TICK_5"))
    assert (backlog.take(60), backlog.nearest()) == (waiting(2, "TICK_5"), None)
    backlog.put(waiting(3, "TICK_5"))
    backlog.rest(waiting(2, "TICK_5")._replace(deliveries=1, not_before=50))
    assert (backlog.take(60), backlog.take(60), backlog.coalesced) == (waiting(3, "TICK_5"), None, 2)


def test_an_event_that_rests_holds_up_no_other() -> None:
    backlog = Backlog(10)
    backlog.rest(waiting(1)._replace(deliveries=1, not_before=50))
    backlog.put(waiting(2))
    assert backlog.nearest() == 50
    assert backlog.take(49) == waiting(2)
    assert backlog.take(49) is None
    rested = backlog.take(50)
    assert rested is not None
    assert rested.event.serial == 1


def test_long_events_fill_a_buffer_before_it_has_too_many() -> None:
    backlog = Backlog(1000)
    long = [Waiting(Event("PROCESS_LOG_STDOUT", "x" * (MOST_TEXT // 2), number), number) for number in range(3)]
    assert [backlog.put(each) for each in long] == [None, None, long[0]]
    assert backlog.take(0) == long[1]
    assert backlog.put(long[0]) is None
    whole = Waiting(Event("PROCESS_LOG_STDOUT", "x" * (MOST_TEXT + 1), 9), 9)
    assert backlog.put(whole) == long[0]  # the last of those that went
    assert (len(backlog), backlog.dropped) == (1, 3)


def test_an_event_that_comes_back_is_the_next_again() -> None:
    backlog = Backlog(10)
    backlog.put(waiting(2))
    backlog.put_back(waiting(1))
    assert backlog.take(0) == waiting(1)
