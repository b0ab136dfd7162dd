"""Time as a toy: a clock that stands still until a test moves it, and a loop that turns on it.

`FakeLoop` keeps ports.Loop's promises in no real time. Descriptors may be real (asked without waiting) or made-up
numbers (`make_ready`). An exception that a callback lets through ends the turn and reaches the test. Invariant:
callbacks run at the very reading they were meant for, in the order in which the real loop runs them.
"""

import select
from collections import deque
from collections.abc import Callable

from sexton.engine.loop.deadlines import Deadline, Deadlines
from sexton.model.units import Duration, Elapsed, Instant, Moment

Call = Callable[[], None]

WALL: Instant = 1_795_334_400_000_000  # 2026-11-22T08:00:00Z
RESTLESS = 10_000  # turns in which something was posted, one after the other, before we call it endless


class FakeClock:
    """Implements ports.Clock; both readings move together but for steps of the wall clock."""

    def __init__(self, wall: Instant = WALL, elapsed: Elapsed = 0) -> None:
        self.wall = wall
        self.elapsed = elapsed

    def now(self) -> Moment:
        return Moment(self.wall, self.elapsed)

    def advance(self, duration: Duration) -> None:
        self.wall += duration
        self.elapsed += duration


class FakeLoop:
    """Implements ports.Loop."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.watches: dict[int, tuple[Call, bool]] = {}
        self._wall = Deadlines()
        self._elapsed = Deadlines()
        self._posted: deque[Call] = deque()
        self._turn_end: list[Call] = []
        self._clock_steps: list[Call] = []

    # ports.Loop

    def watch(self, fd: int, on_ready: Call, *, write: bool = False) -> None:
        self.watches[fd] = on_ready, write

    def unwatch(self, fd: int) -> None:
        self.watches.pop(fd, None)

    def after(self, delay: Duration, call: Call) -> Deadline:
        return self._elapsed.add(self.clock.elapsed + delay, call)

    def at_elapsed(self, reading: Elapsed, call: Call) -> Deadline:
        return self._elapsed.add(reading, call)

    def at(self, instant: Instant, call: Call) -> Deadline:
        return self._wall.add(instant, call)

    def post(self, call: Call) -> None:
        self._posted.append(call)

    def at_turn_end(self, call: Call) -> None:
        """Call at the end of every turn, as the reactor does."""
        self._turn_end.append(call)

    # What a test does

    def turn(self) -> None:
        """One turn without waiting: what is ready, what is due, what was posted, then the end of the turn."""
        for fd, watch in self._ready():
            if self.watches.get(fd) is watch:
                watch[0]()
        for heap, reading in ((self._wall, self.clock.wall), (self._elapsed, self.clock.elapsed)):
            for call in heap.due(reading):
                call()
        for _ in range(len(self._posted)):
            self._posted.popleft()()
        for call in self._turn_end:
            call()

    def settle(self) -> None:
        """Turn until nothing is posted any more."""
        self.turn()
        for _ in range(RESTLESS):
            if not self._posted:
                return
            self.turn()
        raise AssertionError("the loop never comes to rest: each turn posts another")

    def advance(self, duration: Duration, over: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, stopping at each deadline on the way; then everything due by then has run. Once it is `over`,
        the clocks stand still."""
        end = self.clock.elapsed + duration
        self.settle()
        while (step := self._until_next()) is not None and self.clock.elapsed + step <= end:
            if over():
                return
            self.clock.advance(step)
            self.settle()
        if over():
            return
        self.clock.advance(end - self.clock.elapsed)
        self.settle()

    def set_wall(self, instant: Instant) -> None:
        """Step the wall clock, as a person or NTP would; what is due by it runs at once, as in the real loop."""
        self.clock.wall = instant
        for call in self._clock_steps:
            call()
        self.settle()

    def on_clock_step(self, call: Call) -> None:
        """Call whenever the wall clock was set."""
        self._clock_steps.append(call)

    def make_ready(self, fd: int) -> None:
        """Call what watches the made-up descriptor `fd`, in a turn of its own."""
        self._posted.appendleft(self.watches[fd][0])
        self.settle()

    def _until_next(self) -> Duration | None:
        """How long until the first deadline of either clock."""
        wall, elapsed = self._wall.nearest(), self._elapsed.nearest()
        waits = [
            *([] if wall is None else [wall - self.clock.wall]),
            *([] if elapsed is None else [elapsed - self.clock.elapsed]),
        ]
        return max(0, min(waits)) if waits else None

    def _ready(self) -> list[tuple[int, tuple[Call, bool]]]:
        if not self.watches:
            return []
        poller = select.poll()
        for fd, (_, write) in self.watches.items():
            if fd >= 0:
                poller.register(fd, select.POLLOUT if write else select.POLLIN)
        return [(fd, self.watches[fd]) for fd, mask in poller.poll(0) if not mask & select.POLLNVAL]
