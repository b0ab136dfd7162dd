"""ports.Loop in the test's own hands: time passes when the test says so, and nothing is watched."""

from collections.abc import Callable

from sexton.model.units import Duration, Elapsed, Instant, Moment


class HandClock:
    def __init__(self) -> None:
        self.time = 0

    def now(self) -> Moment:
        return Moment(self.time, self.time)


class HandTimer:
    def __init__(self, due: int, call: Callable[[], None]) -> None:
        self.due = due
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class HandLoop:
    """ports.Loop with its timers in a list; `pass_time` rings those that are due."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.timers: list[HandTimer] = []
        self.set = 0

    def after(self, delay: Duration, call: Callable[[], None]) -> HandTimer:
        return self.at_elapsed(self.clock.time + delay, call)

    def at_elapsed(self, reading: Elapsed, call: Callable[[], None]) -> HandTimer:
        self.set += 1
        self.timers.append(HandTimer(reading, call))
        return self.timers[-1]

    def pass_time(self, length: Duration) -> None:
        self.clock.time += length
        due = [timer for timer in self.timers if timer.due <= self.clock.time]
        self.timers = [timer for timer in self.timers if timer not in due]
        for timer in due:
            if timer.call is not None:
                timer.call()

    def watch(self, fd: int, on_ready: Callable[[], None], *, write: bool = False) -> None:
        raise NotImplementedError

    def unwatch(self, fd: int) -> None:
        raise NotImplementedError

    def at(self, instant: Instant, call: Callable[[], None]) -> HandTimer:
        raise NotImplementedError

    def post(self, call: Callable[[], None]) -> None:
        raise NotImplementedError
