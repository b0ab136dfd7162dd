"""Which files are whole, in a world where time passes only when somebody sleeps."""

from collections.abc import Callable

from sexton.model.units import SECOND
from sexton.steps.fetch.source import Found
from sexton.steps.fetch.whole import Clock, whole

NOW = 1_000_000 * SECOND
STABLE, WAIT = 5 * SECOND, 60 * SECOND


class World:
    """Files whose size and time are functions of the seconds that have passed."""

    def __init__(self, **files: Callable[[int], tuple[int, float | None]]) -> None:
        self.elapsed = 0
        self.naps: list[float] = []
        self._files = files

    def listing(self) -> list[Found]:
        found = []
        for name, at in self._files.items():
            size, changed = at(self.elapsed // SECOND)
            if size >= 0:
                found.append(Found(name, name, size, None if changed is None else NOW + int(changed * SECOND)))
        return found

    def judge(self) -> tuple[list[str], list[str]]:
        clock = Clock(lambda: NOW + self.elapsed, lambda: self.elapsed, self._sleep)
        ready, growing = whole(self.listing, STABLE, WAIT, clock)
        return [found.name for found in ready], [found.name for found in growing]

    def _sleep(self, length: int) -> None:
        self.naps.append(length / SECOND)
        self.elapsed += length


def test_nobody_waits_when_all_files_are_old() -> None:
    world = World(a=lambda now: (1, -5), b=lambda now: (1, -1000))
    assert world.judge() == (["a", "b"], [])
    assert world.naps == []


def test_nobody_waits_when_the_source_says_no_times() -> None:
    world = World(a=lambda now: (1, None))
    assert world.judge() == (["a"], [])
    assert world.naps == []


def test_a_young_file_is_waited_for_as_long_as_it_takes_and_no_longer() -> None:
    world = World(a=lambda now: (1, -2), b=lambda now: (1, -1000))
    assert world.judge() == (["b", "a"], [])
    assert world.naps == [3]


def test_a_file_is_waited_for_while_it_grows() -> None:
    world = World(a=lambda now: (min(now, 12), min(now, 12)))
    assert world.judge() == (["a"], [])
    assert world.elapsed == 17 * SECOND


def test_a_file_that_never_rests_is_left_when_the_waiting_is_over() -> None:
    world = World(a=lambda now: (now, now), b=lambda now: (1, -2))
    assert world.judge() == (["b"], ["a"])
    assert world.elapsed <= WAIT


def test_nobody_waits_for_what_cannot_be_whole_in_time() -> None:
    clock_ahead = World(a=lambda now: (1, -2))
    clock = Clock(lambda: NOW, lambda: 0, clock_ahead._sleep)
    ready, growing = whole(clock_ahead.listing, 120 * SECOND, WAIT, clock)
    assert (ready, [found.name for found in growing], clock_ahead.naps) == ([], ["a"], [])


def test_a_file_with_a_time_in_the_future_is_watched_instead() -> None:
    world = World(a=lambda now: (1, 3600))
    assert world.judge() == (["a"], [])
    assert world.naps == [5]


def test_a_file_that_is_gone_when_it_is_looked_at_again_is_no_more() -> None:
    world = World(a=lambda now: (1 if now < 3 else -1, 0))
    assert world.judge() == ([], [])
