"""The heap of deadlines against a plain list of them."""

from collections.abc import Callable, Iterator

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, consumes, invariant, multiple, rule

from sexton.engine.loop.deadlines import Deadline, Deadlines

TIMES = st.integers(min_value=-5, max_value=30)
Entry = tuple[int, int]  # when, and the number in the order of adding
Made = tuple[Entry, Deadline]


class AgainstAList(RuleBasedStateMachine):
    """`naive` holds the entry of each deadline in force."""

    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.heap = Deadlines()
        self.naive: list[Entry] = []
        self.added = 0
        self.ran: list[Entry] = []

    @rule(target=made, when=TIMES)
    def add(self, when: int) -> MultipleResults[Made]:
        return multiple(self._add(when))

    @rule(target=made, times=st.lists(TIMES, min_size=80, max_size=120))
    def add_many(self, times: list[int]) -> MultipleResults[Made]:
        return multiple(*map(self._add, times))

    @rule(one=made)
    def cancel(self, one: Made) -> None:
        entry, deadline = one
        deadline.cancel()
        if entry in self.naive:
            self.naive.remove(entry)

    @rule(many=st.lists(consumes(made), min_size=60, max_size=200))
    def cancel_many(self, many: list[Made]) -> None:
        for one in many:
            self.cancel(one)

    def _add(self, when: int) -> Made:
        self.added += 1
        entry = (when, self.added)
        self.naive.append(entry)
        return entry, self.heap.add(when, lambda: self.ran.append(entry))

    @rule(now=TIMES)
    def run_due(self, now: int) -> None:
        self.ran.clear()
        for call in self.heap.due(now):
            call()
        expected = sorted(entry for entry in self.naive if entry[0] <= now)
        assert self.ran == expected
        self.naive = [entry for entry in self.naive if entry[0] > now]

    @invariant()
    def nearest_and_number_agree(self) -> None:
        assert len(self.heap) == len(self.naive)
        assert self.heap.nearest() == min((when for when, _ in self.naive), default=None)


TestAgainstAList = AgainstAList.TestCase
TestAgainstAList.settings = settings(derandomize=True, max_examples=40, stateful_step_count=30, deadline=None)


def nothing() -> None:
    pass


def run(calls: Iterator[Callable[[], None]]) -> None:
    for call in calls:
        call()


def entries(heap: Deadlines) -> int:
    return len(heap._heap)


def test_the_heap_stays_bounded_when_deadlines_are_cancelled_en_masse() -> None:
    heap = Deadlines()
    kept = heap.add(10**9, nothing)
    largest = 0
    for when in range(100_000):
        heap.add(when + 1, nothing).cancel()
        largest = max(largest, entries(heap))
    assert largest <= 130
    assert len(heap) == 1
    assert heap.nearest() == kept.when


def test_cancelled_deadlines_do_not_hold_on_to_what_they_would_have_called() -> None:
    heap = Deadlines()
    deadline = heap.add(1, nothing)
    deadline.cancel()
    assert deadline.call is None


def test_cancelling_twice_or_after_the_call_changes_nothing() -> None:
    heap = Deadlines()
    done, cancelled, waiting = (heap.add(when, nothing) for when in (1, 2, 3))
    assert list(heap.due(1)) == [nothing]
    for _ in range(3):
        done.cancel()
        cancelled.cancel()
    assert len(heap) == 1
    assert heap.nearest() == waiting.when


def test_a_deadline_is_not_called_when_an_earlier_one_of_the_same_time_cancels_it() -> None:
    heap = Deadlines()
    ran: list[str] = []
    later: list[Deadline] = []

    def first() -> None:
        ran.append("first")
        later[0].cancel()

    heap.add(5, first)
    later.append(heap.add(5, lambda: ran.append("second")))
    run(heap.due(5))
    assert ran == ["first"]


def test_what_a_call_adds_for_the_same_time_runs_after_those_that_were_there() -> None:
    heap = Deadlines()
    ran: list[str] = []

    def first() -> None:
        ran.append("first")
        heap.add(5, lambda: ran.append("added"))
        heap.add(6, lambda: ran.append("too late"))

    heap.add(5, first)
    heap.add(5, lambda: ran.append("second"))
    run(heap.due(5))
    assert ran == ["first", "second", "added"]
